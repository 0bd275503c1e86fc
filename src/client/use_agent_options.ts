import type { AgentClient } from "./client.ts";
import type { AgentClientOptions } from "./options.ts";
import type { ClientErrorEvent } from "./socket.ts";
import type { StateOf } from "./types.ts";

/** An agent, as one says it: by class and name. */
export interface AgentStep {
  /** The agent's class, `"ChatAgent"` or `"chat-agent"`. */
  readonly agent: string;
  /** The instance. */
  readonly name: string;
}

/** Options of {@linkcode useAgent}. Callbacks may be new at each render: the latest is called. */
export interface UseAgentOptions<State = unknown>
  extends AgentClientOptions<State> {
  /** Connects while it is `true`. Default `true`. */
  enabled?: boolean | undefined;
  /** Agents inside the agent, from the outside in: the last one answers. */
  sub?: readonly AgentStep[] | undefined;
  /** What a `query` that is a function depends on: the client reconnects when it changes. JSON values. */
  queryDeps?: readonly unknown[] | undefined;
  /** Accepted for code written for Cloudflare's hook, without effect: a query is asked for each attempt to connect. */
  cacheTtl?: number | undefined;
  /** Called when a connection is open. */
  onOpen?: ((event: Event) => void) | undefined;
  /** Called with each message of the agent's own. */
  onMessage?: ((event: MessageEvent) => void) | undefined;
  /** Called when a connection has ended. */
  onClose?: ((event: CloseEvent) => void) | undefined;
  /** Called when a connection broke, or could not be prepared. */
  onError?: ((event: ClientErrorEvent) => void) | undefined;
}

/** Options of a client that components share: it calls none of them back. */
export type SharedAgentOptions<State = unknown> = Omit<
  UseAgentOptions<State>,
  | "onOpen"
  | "onMessage"
  | "onClose"
  | "onError"
  | "onStateUpdate"
  | "onStateUpdateError"
  | "onIdentity"
  | "onIdentityChange"
  | "onConnectionError"
  | "onMcpUpdate"
>;

/** What {@linkcode useAgent} returns: the client, whose methods may be taken off it. */
export type UseAgentResult<A = unknown, State = StateOf<A>> =
  & AgentClient<A, State>
  & {
    /** The agent, and those inside it, from the outside in. */
    readonly path: readonly AgentStep[];
    /** The URL of the agent for HTTP; a query that is a function is left out. */
    getHttpUrl(): string;
  };
