/** What a request says about how it was addressed. */
export interface Addressed {
  /** `host[:port]`, in lower case. */
  readonly host: string;
  /** `http` or `https`; `undefined` where nobody knows: a proxy may have ended TLS. */
  readonly scheme: string | undefined;
}

/** Reads how `request` was addressed: from its URL, or, where the proxy before us is trusted, from what that says. */
export function addressed(request: Request, trustProxy: boolean): Addressed {
  const host = trustProxy ? told(request, "x-forwarded-host") : undefined;
  const scheme = trustProxy ? told(request, "x-forwarded-proto") : undefined;
  return { host: host ?? authority(request.url), scheme };
}

/** The last entry of a list: the proxy that is next to us wrote it, whatever a client sent to that. */
function told(request: Request, header: string): string | undefined {
  const last = request.headers.get(header)?.split(",").at(-1)?.trim();
  return last ? last.toLowerCase() : undefined;
}

const NO_HOST = "The Host header is no host, such as example.com:8080";

/** The refusal of a request that is not {@linkcode isWellAddressed}. */
export const MISADDRESSED = { status: 400, reason: NO_HOST, line: NO_HOST };

/** The last one that was found to be a host: a parser takes as long as a tenth of a connection. */
let known = "";

/**
 * Whether the host that a request names is one, if it names any: runtimes make
 * the URL of it, and with a slash in it another path.
 */
export function isWellAddressed({ headers, url }: Request): boolean {
  const host = headers.get("host");
  if (host && !isHost(host)) return false;
  return !/^https?:/.test(url) || isHost(authority(url));
}

function isHost(text: string): boolean {
  if (text === known) return true;
  const isOne = /^[\w.:[\]-]+$/.test(text) && URL.canParse(`http://${text}`);
  if (isOne) known = text;
  return isOne;
}

/** `host[:port]` of an absolute URL, in lower case, as an `Origin` header has it. */
export function authority(url: string): string {
  const start = url.indexOf("://") + 3;
  const slash = url.indexOf("/", start);
  return url.slice(start, slash < 0 ? url.length : slash).toLowerCase();
}

/** The hosts that a server answers to: each with its port, or without one for all ports. */
export class HostPolicy {
  #hosts: ReadonlySet<string> | undefined;

  /** Without `hosts` every host is one of them. Throws a `TypeError` for what is no host. */
  constructor(hosts: readonly string[] | undefined) {
    this.#hosts = hosts && new Set(hosts.map(checkedHost));
  }

  /** Whether there are hosts that are not allowed. */
  get isBounded(): boolean {
    return this.#hosts !== undefined;
  }

  /** Whether a request may be addressed so. */
  allows({ host }: Addressed): boolean {
    const hosts = this.#hosts;
    return hosts === undefined || hosts.has(host) ||
      hosts.has(host.replace(/:\d+$/, ""));
  }
}

function checkedHost(host: string): string {
  const isHost = /^[^/?#@*\s]+$/.test(host) && URL.canParse(`http://${host}`);
  if (!isHost) {
    throw new TypeError(
      `Cannot allow host "${host}": it must be like "example.com" or "example.com:8080"`,
    );
  }
  return host.toLowerCase();
}
