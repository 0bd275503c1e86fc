// Type-checked, never run: how code written for Cloudflare's client uses it.
import {
  AgentClient,
  type AgentClientFetchOptions,
  type AgentClientOptions,
  type AgentConnectionError,
  agentFetch,
  type AgentStub,
  type CallOptions,
  createStubProxy,
  DEFAULT_CALL_TIMEOUT_MS,
  type StreamOptions,
} from "../../client.ts";
import { Agent } from "../../mod.ts";
import { useAgent, type UseAgentOptions } from "../../react.ts";

interface State {
  count: number;
}

export class MyAgent extends Agent<unknown, State> {
  override initialState: State = { count: 0 };
  add(a: number, b = 1): Promise<number> {
    return Promise.resolve(a + b);
  }
}

export async function plain(): Promise<void> {
  const options: AgentClientOptions<State> = {
    agent: "my-agent",
    name: "one",
    host: "localhost:8787",
    protocol: "ws",
    query: async () => ({ token: await Promise.resolve("t"), none: null }),
    protocols: ["a"],
    onStateUpdate: (state, source) => console.log(state.count, source),
    onStateUpdateError: (error) => console.log(error.length),
    onIdentity: (name, agent) => console.log(name, agent),
    onIdentityChange: (oldName, newName) => console.log(oldName, newName),
    onConnectionError: (error: AgentConnectionError) => console.log(error.code),
    shouldReconnectOnClose: (event: CloseEvent) => event.code !== 1011,
    maxRetries: 3,
    maxEnqueuedMessages: Infinity,
    debug: true,
    debugLogger: (...args) => console.log(args),
    disableNameValidation: true,
  };
  const client = new AgentClient<MyAgent, State>(options);
  client.addEventListener("message", (event: MessageEvent) => {
    console.log(event.data);
  });
  client.addEventListener("close", (event) => console.log(event.code));
  client.onmessage = (event) => console.log(event.data);
  client.onerror = (event) => console.log(event.message);
  await client.ready;
  const count: number | undefined = client.state?.count;
  const error: AgentConnectionError | null = client.connectionError;
  const isOpen: boolean = client.readyState === client.OPEN;
  const sum: number = await client.call("add", [1, 2]);
  const same: number = await client.stub.add(1);
  const late: number = await client.call("add", [1], { timeout: 5000 });
  const stream: StreamOptions = {
    onChunk: (chunk) => console.log(chunk),
    onDone: (last) => console.log(last),
    onError: (error) => console.log(error.length),
  };
  const callOptions: CallOptions = { timeout: 0, stream };
  await client.call("add", [1], callOptions);
  await client.call("add", [1], stream);
  client.setState({ count: 2 });
  client.send(new Uint8Array(1));
  client.updateProperties({ query: { token: "x" } });
  client.reconnect(4000, "again");
  const queued: unknown[] = client.drainQueuedMessages();
  client.close();
  const untyped = new AgentClient<State>(options);
  const typed: { id: string } = await untyped.stub.anything("x");
  const given = await untyped.call<{ id: string }>("anything", ["x"]);
  const stub = createStubProxy<AgentStub<MyAgent>>((method, args) =>
    untyped.call(method, args)
  );
  void [count, error, isOpen, sum, same, late, queued, typed, given, stub];
  const request: AgentClientFetchOptions = {
    agent: "my-agent",
    host: "localhost:8787",
    protocol: "https",
    query: () => ({ a: "b" }),
  };
  const response: Response = await agentFetch(request, { method: "POST" });
  void [response, DEFAULT_CALL_TIMEOUT_MS];
}

export function Component({ token }: { token: string }): string {
  const options: UseAgentOptions<State> = {
    agent: "my-agent",
    query: async () => ({ token: await Promise.resolve(token) }),
    queryDeps: [token],
    cacheTtl: 60_000,
    enabled: true,
    sub: [{ agent: "chat", name: "one" }],
    onOpen: (event) => console.log(event.type),
    onMessage: (event) => console.log(event.data),
    onClose: (event) => console.log(event.code),
    onError: (event) => console.log(event.message),
    onMcpUpdate: (servers) => console.log(servers),
    onStateUpdate: (state) => console.log(state.count),
  };
  const byState = useAgent<State>(options);
  const agent = useAgent<MyAgent, State>(options);
  void agent.call("add", [1, 2]).then((sum: number) => sum);
  void agent.stub.add(1, 2).then((sum: number) => sum);
  void byState.call<number>("anything").then((n) => n + 1);
  agent.setState({ count: 3 });
  const path: readonly { agent: string; name: string }[] = agent.path;
  const error: AgentConnectionError | null = agent.connectionError;
  void [path, error, agent.ready, agent.identified, agent.name];
  return agent.getHttpUrl() + agent.state?.count + byState.state?.count;
}
