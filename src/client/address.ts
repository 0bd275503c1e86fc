import { kebabCase } from "../protocol/agent_name.ts";

/** A query, sent with the connection; entries that are null or undefined are left out. */
export type QueryObject = Record<string, string | null | undefined>;

/** Which agent, and where. */
export interface AddressOptions {
  /** The agent's class, `"ChatAgent"` or `"chat-agent"`. */
  agent: string;
  /** The instance. Default `"default"`. */
  name?: string | undefined;
  /** `example.com`, `localhost:8787`, or with a scheme, which is honoured. Default the page's own; where there is no page it is needed. */
  host?: string | undefined;
  /** Replaces prefix, agent and name in the path: the server decides which instance answers there. */
  basePath?: string | undefined;
  /** What the path begins with. Default `"agents"`. */
  prefix?: string | undefined;
  /** What follows the name in the path, without a slash before it. */
  path?: string | undefined;
  /** `ws` or `wss`, or what means the same, where `host` has no scheme. Default the page's, or by the host: not secure for local addresses only. */
  protocol?: "ws" | "wss" | "http" | "https" | undefined;
}

/** `host/path` of an agent, and whether it is reached securely. */
export interface Place {
  /** Whether it is reached by TLS. */
  readonly secure: boolean;
  /** `host/path`. */
  readonly rest: string;
}

/** Names without a dot, and addresses of this machine and of private networks. */
const LOCAL = /^([^.]+$|(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\.)/;

/** Where an agent is. Throws a `TypeError` when the options do not say it. */
export function placeOf(options: AddressOptions): Place {
  const page = (globalThis as { location?: Location }).location;
  const { agent, basePath, prefix = "agents", path } = options;
  const name = options.name || "default";
  if (!agent) {
    throw new TypeError(
      `Cannot connect: the option "agent" must name a class, such as "ChatAgent": received ${agent}`,
    );
  }
  const [, scheme = options.protocol, host] = /^(?:(\w+):\/\/)?(.*?)\/?$/
    .exec(options.host || page?.host || "")!;
  if (host === "") wrong(agent, "host must be given where there is no page");
  if (path?.startsWith("/")) wrong(agent, "path must not start with a slash");
  if (/^\.\.?$/.test(name)) wrong(agent, `name must not be "${name}"`);
  // What a path may carry as it is stays, as in Cloudflare's client.
  const encoded = name.replace(
    /[^!-~]|["#%/<>?\\^`{}]/gu,
    encodeURIComponent,
  );
  const start = basePath?.replace(/^\//, "") ||
    `${prefix}/${kebabCase(agent)}/${encoded}`;
  return {
    secure: scheme ? /^(https|wss)$/i.test(scheme) : isSecure(host, page),
    rest: `${host}/${start}${path ? "/" + path : ""}`,
  };
}

function isSecure(host: string, page: Location | undefined): boolean {
  // What serves the page by TLS, or without, most likely serves its other ports alike.
  return page?.hostname === host.replace(/:\d+$/, "")
    ? page.protocol === "https:"
    : !LOCAL.test(host);
}

function wrong(agent: string, problem: string): never {
  throw new TypeError(`Cannot connect to agent "${agent}": ${problem}`);
}

/** The URL of an agent. */
export function urlOf(
  scheme: "ws" | "http",
  options: AddressOptions,
  entries: QueryObject = {},
): string {
  const query = new URLSearchParams(
    Object.entries(entries).filter(([, value]) => value != null) as string[][],
  );
  const { secure, rest } = placeOf(options);
  return `${scheme}${secure ? "s" : ""}://${rest}?${query}`;
}
