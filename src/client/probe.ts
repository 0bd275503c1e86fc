/** What a probe may take, in milliseconds. */
const PATIENCE = 5000;

/**
 * The HTTP status with which a server refuses this client, or `undefined`:
 * browsers do not tell why a handshake failed, so the same address is asked
 * once more by `fetch`. A Roam server answers `_roam=probe` as it would the
 * upgrade; others answer a plain request, which says less.
 */
export async function refusedStatus(
  url: string,
  fetch: typeof globalThis.fetch | null = globalThis.fetch,
): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch!(
      url.replace(/^ws/, "http").replace("_roam=1", "_roam=probe"),
      // Only browsers have cookies and a cache, and some others refuse to be told.
      "document" in globalThis
        ? { signal, cache: "no-store", credentials: "include" }
        : { signal },
    );
    const { status } = response;
    const text = await response.text();
    // An agent that is there, and answers no requests, says 404 too.
    const isRefusal = status === 401 || status === 403 ||
      status === 404 && text !== "Not implemented";
    return isRefusal ? status : undefined;
  } catch {
    // No `fetch`, no server, no network, or a page that may not read the answer.
    return undefined;
  }
}
