/** Who may open the development page away from the machine that serves it. */
export interface DevToken {
  /** At least 16 characters: the password that the browser asks for, with any name. */
  readonly token: string;
}

/** Whether there is a development page, and for whom. */
export type DevOption = boolean | DevToken;

/** Where the development page is: beside what the agents' paths begin with, whatever that is. */
export const DEV_PATH = "/_roam";

/** What the page's own requests have, and no form or image of another page can. */
export const DEV_HEADER = "x-roam-dev";

const LOOPBACK_HOST =
  /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
const LOOPBACK_ADDRESS = /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/i;
/** A request with one of these came through a proxy, whose client may be anybody. */
const FORWARDED = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "cf-connecting-ip",
];

/** Throws a `TypeError` for a token that could be guessed. */
export function assertDevOption(option: unknown): void {
  if (option === undefined || typeof option === "boolean") return;
  const { token } = Object(option) as { token?: unknown };
  if (typeof token === "string" && token.length >= 16) return;
  throw new TypeError(
    `Cannot serve the development page: dev must be true, false or { token } of at least 16 characters: received ${
      typeof token === "string"
        ? `a token of ${token.length}`
        : `${option === null ? "null" : typeof option}`
    }`,
  );
}

/**
 * Why the client at `peer` may not see the page: for the server's log. With a
 * token whoever knows it may; else who is on this machine, by a name of it, so
 * that no page finds its way here by a name that it has turned to 127.0.0.1.
 */
export function whyForeign(
  { headers, url }: Request,
  peer: string | undefined,
): string | undefined {
  const { host } = new URL(url);
  if (!LOOPBACK_HOST.test(host)) return "it was addressed by another host";
  if (FORWARDED.some((name) => headers.has(name))) {
    return "it came through a proxy";
  }
  if (peer === undefined) return "nobody knows where it came from";
  if (!LOOPBACK_ADDRESS.test(peer)) return "it came from another machine";
}

/** Whether a request has the token, as browsers send what was asked for. */
export function hasToken({ headers }: Request, token: string): boolean {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(
    headers.get("authorization") ?? "",
  ) ?? [];
  if (encoded === undefined) return false;
  let text: string;
  try {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    text = new TextDecoder().decode(bytes);
  } catch {
    return false;
  }
  return isSame(text.slice(text.indexOf(":") + 1), token);
}

/** Whether a request is one of the page itself: only a page of the same origin can send it, and read the answer. */
export function isOfPage({ headers, method, url }: Request): boolean {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  return method === "POST" && headers.get(DEV_HEADER) === "1" &&
    headers.get("content-type") === "application/json" &&
    (site === null || site === "same-origin") && origin !== null &&
    URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}

/** In a time that tells nothing of where they differ. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) {
    difference |= a.charCodeAt(at) ^ b.charCodeAt(at % b.length);
  }
  return difference === 0;
}
