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
import { same } from "./src/client/json.ts";
import { MountedClient } from "./src/client/mounted_client.ts";
import { addressKey, credentialsKey } from "./src/client/option_keys.ts";
import type { AgentClientOptions } from "./src/client/options.ts";
import type { ClientErrorEvent } from "./src/client/socket.ts";
import type { StateOf } from "./src/client/types.ts";
import type {
  AgentStep,
  UseAgentOptions,
  UseAgentResult,
} from "./src/client/use_agent_options.ts";

export type {
  AgentClient,
  AgentClientOptions,
  AgentStep,
  ClientErrorEvent,
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
  const { enabled = true } = options;
  const create = () => new MountedClient<A, State>(options);
  const [first, keep] = useState(create);
  let mounted = first;
  if (mounted.address !== addressKey(options)) keep(mounted = create());
  useInsertionEffect(() => mounted.update(options));
  useEffect(() => enabled ? mounted.mount() : undefined, [mounted, enabled]);
  const credentials = credentialsKey(options);
  useEffect(() => mounted.refresh(), [mounted, credentials]);
  const version = () => mounted.version;
  useSyncExternalStore(mounted.subscribe, version, version);
  return mounted.client;
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
  const subscribe = useCallback((listener: () => void) => {
    agent.addEventListener("change", listener);
    return () => agent.removeEventListener("change", listener);
  }, [agent]);
  return useSyncExternalStore(subscribe, select, select);
}
