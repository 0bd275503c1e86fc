import { type AddressOptions, type QueryObject, urlOf } from "./address.ts";
import { getValue, type ValueOrGetter } from "./value_or_getter.ts";

/** Options of {@linkcode agentFetch}. */
export interface AgentFetchOptions extends AddressOptions {
  /** Sent in the URL. A function may be async. */
  query?: ValueOrGetter<QueryObject> | undefined;
  /** The `fetch` to use. Default the global one. */
  fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Sends an HTTP request to an agent, which answers in `onRequest`. Rejects as
 * `fetch` does, and with a `TypeError` when the options do not say where the
 * agent is.
 *
 * @example
 * ```ts
 * import { agentFetch } from "@roam/agents/client";
 *
 * const response = await agentFetch(
 *   { agent: "ChatAgent", name: "lobby", host: "localhost:8000", path: "history" },
 *   { headers: { Accept: "application/json" } },
 * );
 * console.log(await response.json());
 * ```
 */
export async function agentFetch(
  options: AgentFetchOptions,
  init?: RequestInit,
): Promise<Response> {
  const { fetch = globalThis.fetch, query } = options;
  return await fetch(urlOf("http", options, await getValue(query)), init);
}
