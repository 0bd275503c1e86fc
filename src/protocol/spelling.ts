/** What only some of a URL's spellings have: empty and dot segments, escapes, and what a URL parser would escape or turn. */
const UNUSUAL = /\/[/.]|[%\\"<>`{}]|[^!-~]/;
const DOT = /^(?:\.|%2e)$/i;
const DOTS = /^(?:\.|%2e){2}$/i;
const UNRESERVED = /^[\w.~-]$/;

/**
 * The one spelling of an address, as a path, where that of `url` is another:
 * with empty segments before or around agent and name, dot segments anywhere,
 * escapes of what needs none, or without those that a URL parser makes.
 * `undefined` when the path is spelled as it has to be, `null` when it leads
 * to somebody else.
 *
 * Behind the name everything but dot segments is the agent's own. A character
 * that a path may carry as it is or escaped (`:` and `%3A`) stays as it came.
 */
export function respelled(
  url: string,
  prefix: readonly string[],
): string | null | undefined {
  const path = pathOf(url);
  if (!UNUSUAL.test(path)) return undefined;
  const segments = withoutDots(path.replaceAll("\\", "/").slice(1).split("/"));
  const head: string[] = [];
  while (head.length < prefix.length + 2) {
    const segment = segments.shift();
    if (segment === undefined) return null;
    if (segment !== "") head.push(respelledSegment(segment));
  }
  if (prefix.some((expected, at) => head[at] !== expected)) return null;
  const spelled = `/${[...head, ...segments].join("/")}`;
  return spelled === path ? undefined : spelled;
}

/** The path of an address with another agent in it. */
export function withAgent(
  path: string,
  prefix: readonly string[],
  agent: string,
): string {
  return path.split("/").with(prefix.length + 1, agent).join("/");
}

/** The path of an absolute URL, as it stands there. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start < 0) return "/";
  const query = url.indexOf("?", start);
  const hash = url.indexOf("#", start);
  const end = hash >= 0 && (query < 0 || hash < query) ? hash : query;
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

/** Follows dot segments as a URL parser does. */
function withoutDots(segments: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [at, segment] of segments.entries()) {
    const goesUp = DOTS.test(segment);
    if (goesUp) kept.pop();
    if (!goesUp && !DOT.test(segment)) kept.push(segment);
    else if (at === segments.length - 1) kept.push("");
  }
  return kept;
}

/** A segment with escapes where a URL parser makes them, in capitals, and none where nobody needs one. */
function respelledSegment(segment: string): string {
  return segment
    .replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        const text = decodeURIComponent(escapes);
        return [...text].map(escapedUnlessPlain).join("");
      } catch {
        // It encodes nothing, and stands for itself.
        return escapes;
      }
    })
    .replace(/[^!-~]|["<>`{}]/gu, encodeURIComponent);
}

function escapedUnlessPlain(character: string): string {
  if (UNRESERVED.test(character)) return character;
  const bytes = new TextEncoder().encode(character);
  return [...bytes].map((byte) =>
    `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  ).join("");
}
