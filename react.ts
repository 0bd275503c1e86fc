/**
 * Agents in React, 18 and newer.
 *
 * @example
 * ```tsx
 * import { useAgent } from "@roam/agents/react";
 *
 * function Topic() {
 *   const agent = useAgent<{ topic: string }>({ agent: "ChatAgent", name: "lobby" });
 *   return (
 *     <button onClick={() => agent.setState({ topic: "weather" })}>
 *       {agent.state?.topic ?? agent.status}
 *     </button>
 *   );
 * }
 * ```
 *
 * @module
 */
import {
  useEffect,
  useInsertionEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { urlOf } from "./src/client/address.ts";
import { AgentClient } from "./src/client/client.ts";
import { same } from "./src/client/json.ts";
import type { AgentClientOptions } from "./src/client/options.ts";
import type { StateOf } from "./src/client/types.ts";
import { kebabCase } from "./src/protocol/agent_name.ts";
import { parseServerFrame } from "./src/protocol/server_frames.ts";

export type { AgentClient, AgentClientOptions, StateOf };

/** Options of {@linkcode useAgent}. Callbacks may be new at each render: the latest is called. */
export interface UseAgentOptions<State = unknown>
  extends AgentClientOptions<State> {
  /** Connects while it is `true`. Default `true`. */
  enabled?: boolean;
  /** Agents inside the agent, from the outside in. */
  sub?: readonly { agent: string; name: string }[];
  /** What a `query` that is a function depends on: the client reconnects when it changes. JSON values. */
  queryDeps?: readonly unknown[];
  /** Accepted for code written for Cloudflare's hook, without effect: a query is asked for each attempt to connect. */
  cacheTtl?: number;
  /** Called when a connection is open. */
  onOpen?: (event: Event) => void;
  /** Called with each message of the agent's own. */
  onMessage?: (event: MessageEvent) => void;
  /** Called when a connection has ended. */
  onClose?: (event: CloseEvent) => void;
  /** Called when a connection broke, or could not be prepared. */
  onError?: (event: Event) => void;
  /** Called with the MCP servers of the agent, which Roam's agents have none of. */
  onMcpUpdate?: (servers: unknown) => void;
}

/** What {@linkcode useAgent} returns: the client, whose methods may be taken off it. */
export type UseAgentResult<A = unknown, State = StateOf<A>> =
  & AgentClient<A, State>
  & {
    /** The agent, and those inside it, from the outside in. */
    readonly path: readonly { agent: string; name: string }[];
    /** The URL of the agent for HTTP; a query that is a function is left out. */
    getHttpUrl(): string;
  };

interface Held<A, State> {
  readonly address: string;
  readonly client: UseAgentResult<A, State>;
  credentials: string;
  /** Counts the changes of the client. */
  version: number;
  closing?: ReturnType<typeof setTimeout>;
}

/** Options that are called: the client gets stand-ins that call the latest. */
const CALLBACKS = [
  "onStateUpdate",
  "onStateUpdateError",
  "onConflict",
  "onIdentity",
  "onIdentityChange",
  "onConnectionError",
  "shouldReconnectOnClose",
] as const;

/**
 * Connects to an agent while the component is mounted, and renders again when
 * its state, identity, `status`, `pending` or `connectionError` is another
 * one. The result is the same object as long as the address is: agent, name,
 * host, path. Another address brings another client, with no state yet. A
 * change of `query`, `queryDeps` or `protocols` reconnects; no other option
 * does. On the server it renders without connecting.
 *
 * Throws a `TypeError` while rendering when the address is none.
 *
 * @example
 * ```tsx
 * import { useAgent } from "@roam/agents/react";
 *
 * function Chat() {
 *   const agent = useAgent({
 *     agent: "ChatAgent",
 *     onMessage: ({ data }) => console.log(data),
 *   });
 *   return <button onClick={() => agent.send("hello")}>Say hello</button>;
 * }
 * ```
 */
export function useAgent<A = unknown, State = StateOf<A>>(
  options: UseAgentOptions<State>,
): UseAgentResult<A, State> {
  const latest = useRef(options);
  const address = addressOf(options);
  const credentials = credentialsOf(options);
  const create = (): Held<A, State> => {
    const client = clientOf<A, State>(options, latest);
    const held = { address, client, credentials, version: 0 };
    client.addEventListener("change", () => held.version++);
    return held;
  };
  const [first, hold] = useState(create);
  let held = first;
  if (held.address !== address) hold(held = create());
  const { client } = held;

  useInsertionEffect(() => {
    latest.current = options;
  });
  const { enabled = true, startClosed = false } = options;
  useEffect(() => {
    if (!enabled) return;
    // StrictMode, hot reloads and Activity unmount for a moment only.
    clearTimeout(held.closing);
    const stop = listen(client, latest);
    const isNew = client.status === "closed" && !client.connectionError;
    if (isNew && !startClosed) client.reconnect();
    return () => {
      stop();
      held.closing = setTimeout(() => client.close());
    };
  }, [held, enabled]);
  useEffect(() => {
    if (held.credentials === credentials) return;
    held.credentials = credentials;
    if (enabled) client.reconnect();
  }, [held, credentials]);

  const version = () => held.version;
  useSyncExternalStore(subscribeTo(client), version, version);
  return client;
}

/**
 * The state of an agent, or what `selector` takes of it. Renders again only
 * when that is another JSON value than before. Pass the client down to
 * memoised components, which then render only for what they show.
 *
 * @example
 * ```tsx
 * import { useAgentState, type UseAgentResult } from "@roam/agents/react";
 *
 * function Topic({ agent }: { agent: UseAgentResult<{ topic: string }> }) {
 *   return <h1>{useAgentState(agent, (state) => state?.topic)}</h1>;
 * }
 * ```
 */
export function useAgentState<A, State, Selected = State | undefined>(
  agent: AgentClient<A, State>,
  selector: (state: State | undefined) => Selected = (state) =>
    state as Selected,
): Selected {
  const cache = useRef<[unknown, unknown, Selected] | undefined>(undefined);
  const select = () => {
    const { state } = agent;
    const last = cache.current;
    if (last?.[0] === state && last?.[1] === selector) return last[2];
    let selected = selector(state);
    if (last && same(last[2], selected)) selected = last[2];
    cache.current = [state, selector, selected];
    return selected;
  };
  return useSyncExternalStore(subscribeTo(agent), select, select);
}

const subscriptions = new WeakMap<
  object,
  (listener: () => void) => () => void
>();

/** The same function for the same client: React subscribes anew for another one. */
function subscribeTo<A, State>(
  client: AgentClient<A, State>,
): (listener: () => void) => () => void {
  let subscribe = subscriptions.get(client);
  if (subscribe === undefined) {
    subscribe = (listener) => {
      client.addEventListener("change", listener);
      return () => client.removeEventListener("change", listener);
    };
    subscriptions.set(client, subscribe);
  }
  return subscribe;
}

function clientOf<A, State>(
  options: UseAgentOptions<State>,
  latest: { current: UseAgentOptions<State> },
): UseAgentResult<A, State> {
  const place = {
    ...options,
    host: hostOf(options),
    path: pathOf(options),
    startClosed: true,
  };
  const live: Record<string, unknown> = {};
  for (const name of CALLBACKS) {
    // deno-lint-ignore no-explicit-any -- each has its own arguments
    live[name] = (...args: any[]) =>
      (latest.current[name] as ((...args: unknown[]) => unknown) | undefined)?.(
        ...args,
      );
  }
  for (const name of ["query", "protocols"] as const) {
    live[name] = () => {
      const value = latest.current[name];
      return typeof value === "function" ? value() : value;
    };
  }
  const client = new AgentClient<A, State>({ ...place, ...live });
  const { agent, name } = client;
  return Object.assign(client, {
    path: [{ agent, name }, ...options.sub ?? []],
    getHttpUrl() {
      const { query } = latest.current;
      const known = typeof query === "object" ? query : undefined;
      return urlOf("http", place, known).replace(/\?$/, "");
    },
    send: client.send.bind(client),
    close: client.close.bind(client),
    reconnect: client.reconnect.bind(client),
    setState: client.setState.bind(client),
    call: client.call.bind(client),
    stream: client.stream.bind(client),
  }) as UseAgentResult<A, State>;
}

function listen<A, State>(
  client: AgentClient<A, State>,
  latest: { current: UseAgentOptions<State> },
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  client.addEventListener("open", (event) => latest.current.onOpen?.(event), {
    signal,
  });
  client.addEventListener("close", (event) => latest.current.onClose?.(event), {
    signal,
  });
  client.addEventListener("error", (event) => latest.current.onError?.(event), {
    signal,
  });
  client.addEventListener("message", (event) => {
    const { data } = event;
    const frame = parseServerFrame(data);
    if (frame === undefined) latest.current.onMessage?.(event);
    else if (frame.type === "cf_agent_mcp_servers") {
      latest.current.onMcpUpdate?.(frame.mcp);
    }
  }, { signal });
  return () => stop.abort();
}

function addressOf<State>(options: UseAgentOptions<State>): string {
  const { agent, name, host, basePath, prefix, protocol, id } = options;
  const path = pathOf(options);
  return JSON.stringify([
    agent,
    name,
    host,
    basePath,
    prefix,
    path,
    protocol,
    id,
  ]);
}

function credentialsOf<State>(options: UseAgentOptions<State>): string {
  const { query, queryDeps, protocols } = options;
  // Functions have no JSON: only what they depend on tells.
  return JSON.stringify([query, queryDeps, protocols]);
}

/** On a server render there is no page, and no connection either. */
function hostOf({ host }: { host?: string }): string {
  const page = (globalThis as { location?: { host: string } }).location;
  return host ?? page?.host ?? "localhost";
}

function pathOf<State>({ sub = [], path }: UseAgentOptions<State>) {
  const inner = sub.map(({ agent, name }) =>
    `sub/${kebabCase(agent)}/${encodeURIComponent(name)}`
  );
  if (path) inner.push(path);
  return inner.join("/") || undefined;
}
