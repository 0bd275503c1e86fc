const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/**
 * Decides whether a page may open a WebSocket or call an agent: without an
 * `Origin` header anybody may (no browser is involved); else it has to be the
 * same host, or on the list, or both it and the host are loopback, where a
 * development server often runs on another port.
 *
 * The scheme counts only on the list: behind a proxy that ends TLS the host
 * does not know its own.
 */
export class OriginPolicy {
  #allowed: ReadonlySet<string> | "*";
  #warned = new Set<string>();

  constructor(allowed: readonly string[] | "*") {
    this.#allowed = allowed === "*"
      ? allowed
      : new Set(allowed.map((origin) => normalized(origin)));
  }

  /** Whether a request for `url` that names `origin` is allowed. */
  allows(origin: string | null, url: string): boolean {
    if (origin === null || this.#allowed === "*") return true;
    const host = authority(url);
    const from = origin.toLowerCase();
    const itsHost = from.startsWith("https://")
      ? from.slice(8)
      : from.startsWith("http://")
      ? from.slice(7)
      : undefined;
    if (itsHost !== undefined && itsHost === host) return true;
    if (this.#allowed.has(from)) return true;
    return itsHost !== undefined && LOOPBACK.test(itsHost) &&
      LOOPBACK.test(host);
  }

  /** Tells the operator, once for each origin, how it could be allowed. */
  warn(origin: string): void {
    if (this.#warned.size >= 100 || this.#warned.has(origin)) return;
    this.#warned.add(origin);
    console.warn(
      `Refused a request from the origin ${JSON.stringify(origin)}. ` +
        `If that page is yours, add it to allowedOrigins.`,
    );
  }
}

/** `host[:port]` of an absolute URL, in lower case, as an `Origin` header has it. */
function authority(url: string): string {
  const start = url.indexOf("://") + 3;
  const slash = url.indexOf("/", start);
  return url.slice(start, slash < 0 ? url.length : slash).toLowerCase();
}

function normalized(origin: string): string {
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
