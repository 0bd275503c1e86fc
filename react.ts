"use client";
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
  useCallback,
  useEffect,
  useInsertionEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { AgentClient } from "./src/client/client.ts";
import type { AgentConnectionError } from "./src/client/errors.ts";
import { same } from "./src/client/json.ts";
import { MountedClient } from "./src/client/mounted_client.ts";
import { addressKey, credentialsKey } from "./src/client/option_keys.ts";
import type { AgentClientOptions } from "./src/client/options.ts";
import { presenceOf } from "./src/client/presence.ts";
import type {
  ClientErrorEvent,
  ClientGapEvent,
  ClientStatus,
} from "./src/client/socket.ts";
import { SharedClient } from "./src/client/shared_client.ts";
import type { MethodsOf, PresenceOf, StateOf } from "./src/client/types.ts";
import type { ArgsOf, ResultOf } from "./src/protocol/types.ts";
import type {
  AgentStep,
  SharedAgentOptions,
  UseAgentOptions,
  UseAgentResult,
} from "./src/client/use_agent_options.ts";

export type {
  AgentClient,
  AgentClientOptions,
  AgentConnectionError,
  AgentStep,
  ClientErrorEvent,
  ClientGapEvent,
  ClientStatus,
  SharedAgentOptions,
  StateOf,
  UseAgentOptions,
  UseAgentResult,
};

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
  const create = () => new MountedClient<A, State>(options);
  const [first, keep] = useState(create);
  let mounted = first;
  if (mounted.address !== addressKey(options)) keep(mounted = create());
  useMounted(mounted, options);
  const version = () => mounted.version;
  useSyncExternalStore(mounted.subscribe, version, version);
  return mounted.client;
}

/**
 * The client of an agent that all components share which name the same address
 * here: one connection, as long as one of them is mounted. Renders for nothing
 * that happens to it: read the state by {@linkcode useAgentState}, and the
 * connection by {@linkcode useAgentStatus}. The options are those of
 * {@linkcode useAgent} without callbacks; where those of two components differ,
 * the ones that were rendered last count.
 *
 * @example
 * ```tsx
 * import { useAgentClient, useAgentState } from "@roam/agents/react";
 *
 * const room = { agent: "ChatAgent", name: "lobby" };
 *
 * function Topic() {
 *   const agent = useAgentClient<{ topic: string }>(room);
 *   return <h1>{useAgentState(agent, (state) => state?.topic)}</h1>;
 * }
 *
 * function Clear() {
 *   const agent = useAgentClient<{ topic: string }>(room);
 *   return <button onClick={() => agent.setState({ topic: "" })}>Clear</button>;
 * }
 * ```
 */
export function useAgentClient<A = unknown, State = StateOf<A>>(
  options: SharedAgentOptions<State>,
): UseAgentResult<A, State> {
  const shared = SharedClient.of<A, State>(options);
  useMounted(shared, options);
  return shared.client;
}

/**
 * As {@linkcode useAgentClient}, and suspends until the agent has sent its
 * first state: a `Suspense` around it shows something else until then. Later
 * it does not suspend, also when the connection is lost for a while. When
 * there will be no connection any more it throws `connectionError`, for an
 * error boundary. On a server, and with `enabled: false`, it does not wait.
 *
 * @example
 * ```tsx
 * import { useAgentState, useSuspenseAgent } from "@roam/agents/react";
 * import { Suspense } from "react";
 *
 * function Topic() {
 *   const agent = useSuspenseAgent<{ topic: string }>({ agent: "ChatAgent" });
 *   return <h1>{useAgentState(agent, (state) => state?.topic)}</h1>;
 * }
 *
 * const page = <Suspense fallback="Connecting …"><Topic /></Suspense>;
 * ```
 */
export function useSuspenseAgent<A = unknown, State = StateOf<A>>(
  options: SharedAgentOptions<State>,
): UseAgentResult<A, State> {
  const shared = SharedClient.of<A, State>(options);
  const { client } = shared;
  if (options.enabled !== false) shared.first();
  useMounted(shared, options);
  const error = () => client.connectionError;
  useSyncExternalStore(shared.subscribe, error, error);
  return client;
}

function useMounted<A, State>(
  mounted: MountedClient<A, State>,
  options: UseAgentOptions<State>,
): void {
  const { enabled = true } = options;
  useInsertionEffect(() => mounted.update(options));
  useEffect(() => mounted.keep(), [mounted]);
  useEffect(() => enabled ? mounted.mount() : undefined, [mounted, enabled]);
  const credentials = credentialsKey(options);
  useEffect(() => mounted.refresh(), [mounted, credentials]);
}

/**
 * The state of an agent, or what `selector` takes of it. Renders again only
 * when that is another JSON value than before. Pass the client down to
 * memoised components, which then render only for what they show. Until the
 * agent has sent its state, `initialState` stands for it, if it is given: what
 * a page was made with on a server.
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
  selector: (state: State | undefined) => Selected = whole,
  initialState?: State,
): NoInfer<Selected> {
  const read = () => {
    const { state = initialState } = agent;
    return state;
  };
  return useSelected(agent, read, selector);
}

/** What {@linkcode useAgentStatus} returns. */
export interface AgentStatus {
  /** What the connection is doing. */
  readonly status: ClientStatus;
  /** How many writes of state the server has not answered. */
  readonly pending: number;
  /** Whether the server has said who answers. */
  readonly identified: boolean;
  /** Why there is no connection any more. */
  readonly connectionError: AgentConnectionError | null;
}

/**
 * How an agent's connection is, or what `selector` takes of that. Another
 * object when something of it is another, and only then: memoised components
 * and React Compiler see each change, which they can't on the client, as that
 * is the same object always.
 *
 * @example
 * ```tsx
 * import { useAgentStatus, type UseAgentResult } from "@roam/agents/react";
 *
 * function Lamp({ agent }: { agent: UseAgentResult }) {
 *   const isSaving = useAgentStatus(agent, ({ pending }) => pending > 0);
 *   const { status } = useAgentStatus(agent);
 *   return <i className={status}>{isSaving && "saving"}</i>;
 * }
 * ```
 */
export function useAgentStatus<A, State, Selected = AgentStatus>(
  agent: AgentClient<A, State>,
  selector: (status: AgentStatus) => Selected = whole,
): NoInfer<Selected> {
  const read = () => {
    const { status, pending, identified, connectionError } = agent;
    return { status, pending, identified, connectionError };
  };
  return useSelected(agent, read, selector);
}

/**
 * What this client shows of itself, and a function that shows something else;
 * see `presenceOf`. It is shown as long as the client is connected, whatever
 * is rendered: `set(undefined)` takes it back.
 *
 * @example
 * ```tsx
 * import { usePresence, type UseAgentResult } from "@roam/agents/react";
 *
 * function Name({ agent }: { agent: UseAgentResult }) {
 *   const [name, show] = usePresence<unknown, unknown, string>(agent);
 *   return <input value={name ?? ""} onChange={(event) => show(event.target.value)} />;
 * }
 * ```
 */
export function usePresence<A, State, Value = PresenceOf<A>>(
  // deno-lint-ignore no-explicit-any -- the state is no matter here
  agent: AgentClient<A, any>,
): [value: Value | undefined, set: (value: Value | undefined) => void] {
  const presence = presenceOf<A, Value>(agent);
  const read = () => presence.value;
  const value = useSyncExternalStore(useSubscription(presence), read, read);
  const set = useCallback(
    (value: Value | undefined) => presence.set(value),
    [presence],
  );
  return [value, set];
}

/**
 * What the other clients show, or what `selector` takes of it: JSON. Renders
 * again only when that is another value than before. Default a list of ids and
 * values.
 *
 * @example
 * ```tsx
 * import { useOthers, type UseAgentResult } from "@roam/agents/react";
 *
 * function Audience({ agent }: { agent: UseAgentResult }) {
 *   return <p>{useOthers(agent, (others) => others.size)} others are here</p>;
 * }
 * ```
 */
export function useOthers<
  A,
  State,
  Value = PresenceOf<A>,
  Selected = readonly (readonly [id: string, value: Value])[],
>(
  // deno-lint-ignore no-explicit-any -- the state is no matter here
  agent: AgentClient<A, any>,
  selector: (others: ReadonlyMap<string, Value>) => Selected = listed,
): NoInfer<Selected> {
  const presence = presenceOf<A, Value>(agent);
  return useSelected(presence, () => presence.others, selector);
}

/** What {@linkcode useAgentCall} returns. */
export interface AgentCall<Args extends readonly unknown[], Result> {
  /** Calls the method. The promise may be left alone: `error` has what it rejects with. */
  readonly call: (...args: Args) => Promise<Result>;
  /** Whether the last call is not answered. */
  readonly isPending: boolean;
  /** What the last call rejected with, if it did. */
  readonly error: Error | undefined;
  /** What the last call that is answered resolved with. */
  readonly data: Result | undefined;
}

/**
 * A method of an agent, and what became of the last call of it.
 *
 * @example
 * ```tsx
 * import { useAgentCall, type UseAgentResult } from "@roam/agents/react";
 *
 * function Save({ agent }: { agent: UseAgentResult }) {
 *   const { call, isPending, error } = useAgentCall(agent, "save");
 *   if (error) return <p role="alert">{error.message}</p>;
 *   return <button disabled={isPending} onClick={() => call()}>Save</button>;
 * }
 * ```
 */
export function useAgentCall<
  A,
  State,
  M extends keyof MethodsOf<A> & string,
>(
  agent: AgentClient<A, State>,
  method: M,
): AgentCall<
  ArgsOf<MethodsOf<A>[M]> & readonly unknown[],
  ResultOf<MethodsOf<A>[M]>
> {
  type Result = ResultOf<MethodsOf<A>[M]>;
  const [{ isPending, error, data }, keep] = useState<
    Omit<AgentCall<[], Result>, "call">
  >({ isPending: false, error: undefined, data: undefined });
  const count = useRef(0);
  const call = useCallback((...args: readonly unknown[]) => {
    const number = ++count.current;
    // An answer that another call has overtaken is nobody's.
    const end = (data: Result | undefined, error: Error | undefined) => {
      if (number === count.current) keep({ isPending: false, error, data });
    };
    keep(({ data }) => ({ isPending: true, error: undefined, data }));
    // deno-lint-ignore no-explicit-any -- checked where the hook is called
    const done = agent.call(method, args as any) as Promise<Result>;
    done.then(
      (data) => end(data as Result, undefined),
      (error: Error) => end(undefined, error),
    );
    return done;
  }, [agent, method]);
  return { call, isPending, error, data };
}

function whole<Selected>(value: unknown): Selected {
  return value as Selected;
}

function listed<Selected>(others: ReadonlyMap<string, unknown>): Selected {
  return [...others] as Selected;
}

/** What `selector` takes of what `read` returns: the same object as long as it is the same JSON. */
function useSelected<Value, Selected>(
  source: Changing,
  read: () => Value,
  selector: (value: Value) => Selected,
): Selected {
  const cache = useRef<[unknown, unknown, Selected] | undefined>(undefined);
  const select = () => {
    const value = read();
    const last = cache.current;
    if (last?.[0] === value && last?.[1] === selector) return last[2];
    let selected = selector(value);
    if (last && same(last[2], selected)) selected = last[2];
    cache.current = [value, selector, selected];
    return selected;
  };
  return useSyncExternalStore(useSubscription(source), select, select);
}

/** What tells by events that it has changed. */
interface Changing {
  addEventListener(type: "change", listener: () => void): void;
  removeEventListener(type: "change", listener: () => void): void;
}

function useSubscription(source: Changing) {
  return useCallback((listener: () => void) => {
    source.addEventListener("change", listener);
    return () => source.removeEventListener("change", listener);
  }, [source]);
}
