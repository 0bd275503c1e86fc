/** Where a URL points: an agent's URL name and an instance's, still encoded. */
export interface UrlAddress {
  readonly agent: string;
  readonly name: string;
}

/** `prefix` as path segments, without the slashes around and between them. */
export function prefixSegments(prefix: string): string[] {
  return prefix.split("/").filter((segment) => segment !== "");
}

/**
 * Reads `{prefix}/{agent}/{name}[/…]` from an absolute URL. `null` when the
 * path is another one, or has an empty segment among these.
 *
 * Reads the text itself: a `URL` object would cost more than everything else
 * on the way of a connection.
 */
export function parseAddress(
  url: string,
  prefix: readonly string[],
): UrlAddress | null {
  let at = pathStart(url);
  const end = pathEnd(url);
  for (const expected of prefix) {
    const segment = nextSegment(url, at, end);
    if (segment === undefined || segment.text !== expected) return null;
    at = segment.end;
  }
  const agent = nextSegment(url, at, end);
  if (agent === undefined) return null;
  const name = nextSegment(url, agent.end, end);
  if (name === undefined) return null;
  return { agent: agent.text, name: name.text };
}

/** The value of `key` in a URL's query, not decoded; `null` when absent. */
export function queryValue(url: string, key: string): string | null {
  const query = url.indexOf("?");
  if (query < 0) return null;
  const end = fragmentStart(url);
  for (let at = query + 1; at < end;) {
    const amp = url.indexOf("&", at);
    const stop = amp < 0 || amp > end ? end : amp;
    if (url.startsWith(key, at) && url[at + key.length] === "=") {
      return url.slice(at + key.length + 1, stop);
    }
    at = stop + 1;
  }
  return null;
}

function pathStart(url: string): number {
  const scheme = url.indexOf("://");
  const slash = url.indexOf("/", scheme < 0 ? 0 : scheme + 3);
  return slash < 0 ? url.length : slash;
}

function pathEnd(url: string): number {
  const query = url.indexOf("?");
  const fragment = fragmentStart(url);
  return query < 0 ? fragment : Math.min(query, fragment);
}

function fragmentStart(url: string): number {
  const hash = url.indexOf("#");
  return hash < 0 ? url.length : hash;
}

function nextSegment(
  url: string,
  from: number,
  end: number,
): { text: string; end: number } | undefined {
  const start = from + 1;
  const slash = url.indexOf("/", start);
  const stop = slash < 0 || slash > end ? end : slash;
  if (stop <= start) return undefined;
  return { text: url.slice(start, stop), end: stop };
}
