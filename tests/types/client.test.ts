import { test } from "node:test";
import type {
  AgentClient,
  StreamParameter,
  WebSocketClass,
} from "../../client.ts";
import type { WebSocket as UndiciSocket } from "undici";
import { type Agent, Connection } from "../../mod.ts";
import type { UseAgentResult } from "../../react.ts";
import type { AgentMember } from "../../client.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;
function is<_ extends true>(): void {}

interface Board {
  lines: string[];
}

interface BoardAgent extends Agent {
  state: Board;
  add(text: string, at?: number): number;
  clear(): Promise<void>;
  tell(stream: StreamParameter, count: number): void;
  count(to: number): AsyncGenerator<number>;
  push(stream: StreamParameter<string, boolean>, count: number): void;
}

test("AgentClient<Agent> knows state, methods and arguments", () => {
  const check = async (client: AgentClient<BoardAgent>) => {
    is<Same<typeof client.state, Board | undefined>>();
    const added = await client.call("add", ["x"]);
    is<Same<typeof added, number>>();
    await client.call("clear");
    await client.call("tell", [3], { onChunk() {} });
    const stubbed = await client.stub.add("x", 1);
    is<Same<typeof stubbed, number>>();
    for await (const n of client.stream("count", [3])) {
      is<Same<typeof n, number>>();
    }
    for await (const word of client.stream("push", [3])) {
      is<Same<typeof word, string>>();
    }
    const last = await client.call("push", [3], { onChunk() {} });
    is<Same<typeof last, boolean | undefined>>();
    // @ts-expect-error -- there is no such method
    client.stub.remove;
    // @ts-expect-error -- hooks are no methods
    client.stub.onMessage;
    // @ts-expect-error -- an argument is missing
    client.stub.add();
    client.setState((board) => ({ lines: [...board.lines, "x"] }));
  };
  void check;
});

test("AgentClient<State> knows the state, and any method", () => {
  const check = async (client: AgentClient<Board>) => {
    is<Same<typeof client.state, Board | undefined>>();
    const n = await client.call<number>("anything", [1]);
    is<Same<typeof n, number>>();
    const text = await client.call<string>("anything", [1]);
    is<Same<typeof text, string>>();
    const something = await client.call("anything");
    is<Same<typeof something, unknown>>();
    for await (const piece of client.stream("anything")) {
      is<Same<typeof piece, unknown>>();
    }
    await client.stub.anything(1, "two");
  };
  void check;
});

test("WebSockets of the runtime and of undici are taken", () => {
  is<typeof WebSocket extends WebSocketClass ? true : false>();
  is<typeof UndiciSocket extends WebSocketClass ? true : false>();
  is<typeof EventSource extends WebSocketClass ? false : true>();
});

test("useAgent<Agent>() returns a client of the agent", () => {
  const check = (agent: UseAgentResult<BoardAgent>) => {
    const { call, state } = agent;
    is<Same<typeof state, Board | undefined>>();
    return call("add", ["x"]);
  };
  void check;
});

test("What every agent has is no method to call", () => {
  type Methods = {
    [K in keyof Agent]-?: Agent[K] extends (...args: never[]) => unknown ? K
      : never;
  }[keyof Agent];
  is<Same<Exclude<Methods, AgentMember>, never>>();
  void Connection;
});
