// What the tests use of Cloudflare's hook; see their_client/packages.d.ts.
import type { AgentClient, ClientOptions } from "../their_client/packages.js";

export { agentFetch } from "../their_client/packages.js";

/** Options of the hook. */
export interface HookOptions extends Omit<ClientOptions, "query"> {
  query?: Record<string, string> | (() => Promise<Record<string, string>>);
  queryDeps?: unknown[];
  enabled?: boolean;
  onOpen?(): void;
  onClose?(event: CloseEvent): void;
  onMessage?(event: MessageEvent): void;
  onMcpUpdate?(servers: unknown): void;
}

/** What the hook returns. */
export interface HookedAgent extends AgentClient {
  getHttpUrl(): string;
}

/** An agent for a component. */
export function useAgent(options: HookOptions): HookedAgent;
