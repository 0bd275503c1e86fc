import { PROBE_HEADER } from "../protocol/probe.ts";

/** How long a probe may take, in milliseconds. */
const PATIENCE = 5000;

/** Why a server refuses this client for good. */
export interface Refused {
  /** An HTTP status. */
  readonly status: number;
  /** What the server says about it. */
  readonly text: string;
}

/** Statuses that are final: all of 4xx but 408, 425 and 429, which are worth another try. */
const FINAL = /^4(?!08|25|29)/;

/**
 * Why a server refuses this client, or `undefined` when it does not, or not
 * for good: browsers do not tell why a handshake failed, so the same address
 * is asked once more by `fetch`. A Roam server answers `_roam=probe` as it
 * would the upgrade; others answer a plain request, which says less.
 */
export async function refusal(
  url: string,
  fetch: typeof globalThis.fetch | null = globalThis.fetch,
): Promise<Refused | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch!(
      url.replace(/^ws/, "http").replace("_roam=1", "_roam=probe"),
      // Only browsers have cookies and a cache, and some others refuse to be told.
      "document" in globalThis
        ? { signal, cache: "no-store", credentials: "include" }
        : { signal },
    );
    const { status, headers } = response;
    const text = await response.text();
    // An agent that is there, and answers no requests, says 404 too.
    const isRefusal = headers.has(PROBE_HEADER)
      ? FINAL.test(`${status}`)
      : status === 401 || status === 403 ||
        status === 404 && text !== "Not implemented";
    return isRefusal ? { status, text } : undefined;
  } catch {
    // No `fetch`, no server, no network, or a page that may not read the answer.
    return undefined;
  }
}
