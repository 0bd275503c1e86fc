import type { Addressed } from "./request_origin.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/**
 * Decides whether a page may open a WebSocket or call an agent: without an
 * `Origin` header anybody may (no browser is involved); else it has to be the
 * same host, or on the list, or both it and the host are loopback, where a
 * development server often runs on another port.
 *
 * The scheme counts on the list, and where a trusted proxy tells it: behind
 * one that ends TLS the host does not know its own.
 */
export class OriginPolicy {
  #allowed: ReadonlySet<string> | "*";

  constructor(allowed: readonly string[] | "*") {
    this.#allowed = allowed === "*"
      ? allowed
      : new Set(allowed.map((origin) => normalized(origin)));
  }

  /** Whether a request that was addressed so, and names `origin`, is allowed. */
  allows(origin: string | null, { host, scheme }: Addressed): boolean {
    if (origin === null || this.#allowed === "*") return true;
    const from = origin.toLowerCase();
    if (this.#allowed.has(from)) return true;
    const [, itsScheme, itsHost] = /^(https?):\/\/(.*)$/s.exec(from) ?? [];
    if (itsHost === undefined) return false;
    // An origin never says the port that its scheme has anyway.
    const port = itsScheme === "https" ? ":443" : ":80";
    const same = itsHost === host || itsHost + port === host;
    if (same && (scheme === undefined || scheme === itsScheme)) return true;
    return LOOPBACK.test(itsHost) && LOOPBACK.test(host);
  }
}

function normalized(origin: string): string {
  // What pages of files, and of sandboxes, say of themselves.
  if (origin === "null" || origin === "file://") return origin;
  // Without "://" a host is read as a scheme; a wildcard would match nothing.
  if (!/^[^:/]+:\/\/[^*]+$/.test(origin) || !URL.canParse(origin)) {
    throw new TypeError(
      `Cannot allow origin "${origin}": it must be like "https://example.com"`,
    );
  }
  const url = new URL(origin);
  // Of other schemes, an app's own for instance, `url.origin` is "null".
  return url.origin === "null"
    ? origin.toLowerCase().replace(/\/$/, "")
    : url.origin;
}
