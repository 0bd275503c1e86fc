import { queryValue } from "../protocol/address.ts";
import { instanceNameProblem } from "../protocol/instance_name.ts";
import { corsAllows } from "./cors.ts";
import { OriginPolicy } from "./origin.ts";
import { quoted } from "./refusal_log.ts";
import type { RefusedReason } from "./refusals.ts";
import { addressed, HostPolicy, MISADDRESSED } from "./request_origin.ts";
import type { Visit } from "./visit.ts";

/** Who may come in, whatever a hook says. */
export interface RuleOptions {
  /** Origins whose pages may open WebSockets and send requests that change something, besides the server's own; `"*"` for all. `"null"` and `"file://"` can be listed. Default none. */
  allowedOrigins?: readonly string[] | "*" | undefined;
  /** What the `Host` header may say, each with a port or for all ports; other requests for agents are refused with 403. Default anything. */
  allowedHosts?: readonly string[] | undefined;
  /** Believes `X-Forwarded-Host` and `X-Forwarded-Proto`, which only a proxy that always sets both makes true. Default `false`. */
  trustProxy?: boolean | undefined;
}

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** Checks a request before anybody is asked about it. */
export class Rules {
  #origins: OriginPolicy;
  #hosts: HostPolicy;
  #trustsProxy: boolean;
  #cors: Headers | undefined;

  /** `cors` are the headers of the option. Throws a `TypeError` for what is no origin, or no host. */
  constructor(
    { allowedOrigins = [], allowedHosts, trustProxy = false }: RuleOptions,
    cors: Headers | undefined,
  ) {
    this.#origins = new OriginPolicy(allowedOrigins);
    this.#hosts = new HostPolicy(allowedHosts);
    this.#trustsProxy = trustProxy;
    this.#cors = cors;
  }

  /** Why a request is refused; `undefined` when it is not. */
  forbids(
    { manner, name, request }: Visit<unknown, unknown>,
  ): RefusedReason | undefined {
    // Bun's of one without a host: no hook could read it.
    if (request.url.startsWith("/")) return MISADDRESSED;
    const origin = request.headers.get("origin");
    // How it was addressed matters for pages, and where hosts are bounded.
    const place = origin === null && !this.#hosts.isBounded
      ? undefined
      : addressed(request, this.#trustsProxy);
    if (place !== undefined && !this.#hosts.allows(place)) {
      return {
        status: 403,
        reason:
          "This server does not answer to that host. Its allowedHosts can list it.",
        line: `Refused a request to the host ${
          quoted(place.host)
        }. If that is this server, add it to allowedHosts.`,
      };
    }
    const problem = instanceNameProblem(name);
    if (problem !== undefined) return { status: 400, reason: problem };
    if (queryValue(request.url, "__agents_transport") === "capnweb") {
      const reason = "The transport capnweb is not served: leave it out";
      return { status: 400, reason };
    }
    if (place === undefined || this.#origins.allows(origin, place)) {
      return undefined;
    }
    const isHarmless = manner === "request" &&
      (SAFE_METHODS.includes(request.method) ||
        corsAllows(this.#cors, origin!));
    if (isHarmless) return undefined;
    return {
      status: 403,
      reason:
        "This origin is not allowed. The server's allowedOrigins can list it.",
      line: `Refused a request from the origin ${
        quoted(origin!)
      }. If that page is yours, add it to allowedOrigins.`,
    };
  }
}
