import { kebabCase } from "../protocol/agent_name.ts";

/** A query, sent with the connection; entries that are null or undefined are left out. */
export type QueryObject = Record<string, string | null | undefined>;

/** Which agent, and where. */
export interface AddressOptions {
  /** The agent's class, `"ChatAgent"` or `"chat-agent"`. */
  agent: string;
  /** The instance. Default `"default"`. */
  name?: string;
  /** `example.com`, `localhost:8787`, or with a scheme, which is honoured. Default the page's own; where there is no page it is needed. */
  host?: string;
  /** Replaces prefix, agent and name in the path: the server decides which instance answers there. */
  basePath?: string;
  /** What the path begins with. Default `"agents"`. */
  prefix?: string;
  /** What follows the name in the path, without a slash before it. */
  path?: string;
  /** `ws` or `wss`, where `host` has no scheme. Default the page's, or by the host: not secure for local addresses only. */
  protocol?: "ws" | "wss";
}

/** `host/path` of an agent, and whether it is reached securely. */
export interface Place {
  /** By TLS. */
  readonly secure: boolean;
  /** `host/path`. */
  readonly rest: string;
}

const LOCAL =
  /^(localhost(:|$)|127\.\d|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[::ffff:7f00:1\])/i;

/** Where an agent is. Throws a `TypeError` when the options do not say it. */
export function placeOf(options: AddressOptions): Place {
  const page = (globalThis as { location?: Location }).location;
  const [, scheme, host] = /^(?:(\w+):\/\/)?(.*?)\/?$/.exec(
    options.host || page?.host || "",
  )!;
  if (host === "") wrong(options, "host must be given where there is no page");
  const said = scheme ?? options.protocol;
  const secure = said ? /^(https|wss)$/i.test(said) : isSecure(host, page);
  return { secure, rest: host + pathOf(options) };
}

function isSecure(host: string, page: Location | undefined): boolean {
  const isLocal = LOCAL.test(host);
  if (page?.protocol === "https:") return !isLocal || host === page.host;
  const isNeighbour = page?.protocol === "http:" &&
    host.replace(/:\d+$/, "") === page.hostname;
  return !isLocal && !isNeighbour;
}

function pathOf(options: AddressOptions): string {
  const { agent, basePath, prefix = "agents", path } = options;
  if (path?.startsWith("/")) wrong(options, "path must not start with a slash");
  const name = options.name || "default";
  if (/^\.\.?$/.test(name)) wrong(options, `name must not be "${name}"`);
  const start = basePath ?? `${prefix}/${kebabCase(agent)}/${encoded(name)}`;
  return `/${start.replace(/^\//, "")}${path ? "/" + path : ""}`;
}

/** `name` in a path: what a path may carry as it is stays, as in Cloudflare's client. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(
    /%(3A|40|24|26|2B|2C|3B|3D|5B|5D|7C)/g,
    decodeURIComponent,
  );
}

function wrong({ agent }: AddressOptions, problem: string): never {
  throw new TypeError(`Cannot connect to agent "${agent}": ${problem}`);
}

/** The URL of an agent, with the entries of these queries in order. */
export function urlOf(
  scheme: "ws" | "http",
  options: AddressOptions,
  ...queries: (QueryObject | undefined)[]
): string {
  const query = new URLSearchParams();
  for (const entries of queries) {
    for (const key in entries) {
      if (entries[key] != null) query.append(key, entries[key]);
    }
  }
  const { secure, rest } = placeOf(options);
  return `${scheme}${secure ? "s" : ""}://${rest}?${query}`;
}
