import type { HostEvent } from "../agent/events.ts";
import {
  parseAddress,
  prefixSegments,
  queryValue,
} from "../protocol/address.ts";
import {
  decodeSegment,
  instanceNameProblem,
} from "../protocol/instance_name.ts";
import { corsHeaders, type CorsOption, withHeaders } from "./cors.ts";
import { OriginPolicy } from "./origin.ts";

/** A value, or a promise of it: what is synchronous stays so. */
export type MaybePromise<T> = T | Promise<T>;

/** What a platform answers: `undefined` where it took the connection over by itself (Bun). */
export type Answer = Response | undefined;

/** Which instance a request is for. */
export interface RouteTarget {
  /** The name the class is registered under. */
  readonly className: string;
  /** The instance's name. */
  readonly name: string;
}

/** Decides about a request before an instance exists: a `Response` answers it, a `Request` takes its place. */
export type BeforeHook = (
  request: Request,
  target: RouteTarget,
) => MaybePromise<Response | Request | void>;

/** How requests find their way; the same on every runtime. */
export interface RouterOptions {
  /** What the path begins with, one or more segments. Default `"agents"`. */
  prefix?: string;
  /** Origins whose pages may open WebSockets, besides the server's own; `"*"` for all. Default none. */
  allowedOrigins?: readonly string[] | "*";
  /** Adds CORS headers to HTTP responses and answers `OPTIONS`: `true` for any origin, or the headers. Default none. */
  cors?: CorsOption;
  /** Called before a WebSocket is upgraded. */
  onBeforeConnect?: BeforeHook;
  /** Called before `onRequest`. */
  onBeforeRequest?: BeforeHook;
}

/** Where instances are. */
export interface Backend<Kind, Native> {
  /** Upgrades `request`; `seen` is what `onBeforeConnect` put in its place. Throws a {@linkcode Refusal} when it can't. */
  connect(
    kind: Kind,
    name: string,
    request: Request,
    seen: Request,
    native: Native,
  ): MaybePromise<Answer>;
  /** Has an instance answer an HTTP request. */
  request(
    kind: Kind,
    name: string,
    request: Request,
    native: Native,
  ): MaybePromise<Response>;
  emit(make: () => HostEvent): void;
}

/** Finds the instance that a request is for, and everything that forbids it. */
export class Router<Kind extends { readonly className: string }, Native> {
  #kinds: ReadonlyMap<string, Kind>;
  #backend: Backend<Kind, Native>;
  #options: RouterOptions;
  #prefix: readonly string[];
  #origins: OriginPolicy;
  #cors: Headers | undefined;

  /** `kinds` by what stands in the URL. */
  constructor(
    kinds: ReadonlyMap<string, Kind>,
    options: RouterOptions,
    backend: Backend<Kind, Native>,
  ) {
    this.#kinds = kinds;
    this.#backend = backend;
    this.#options = options;
    this.#prefix = prefixSegments(options.prefix ?? "agents");
    this.#origins = new OriginPolicy(options.allowedOrigins ?? []);
    this.#cors = corsHeaders(options.cors);
  }

  /** Answers a request for an agent; `null` when it is for somebody else. */
  fetch(request: Request, native: Native): MaybePromise<Answer | null> {
    const { url } = request;
    const address = parseAddress(url, this.#prefix);
    if (address === null) return null;
    const kind = this.#kinds.get(address.agent);
    if (kind === undefined) return this.#refuse(400, "Invalid request");
    const name = decodeSegment(address.name);
    const problem = instanceNameProblem(name);
    if (problem !== undefined) return this.#refuse(400, problem, kind);
    const upgrade = request.headers.get("upgrade");
    if (upgrade === null || upgrade.toLowerCase() !== "websocket") {
      return queryValue(url, "_roam") === "probe"
        ? this.#probe(kind, name, request)
        : this.#request(kind, name, request, native);
    }
    const origin = request.headers.get("origin");
    if (!this.#origins.allows(origin, url)) {
      this.#origins.warn(origin!);
      const advice =
        "This origin may not connect. The server's allowedOrigins can list it.";
      return this.#refuse(403, advice, kind);
    }
    const hook = this.#options.onBeforeConnect;
    if (hook === undefined) {
      return this.#connect(kind, name, request, request, native);
    }
    return this.#afterHook(hook, kind, name, request, native);
  }

  /** Answers with the status that the upgrade would be refused with, or 204; a browser does not tell it to pages. */
  async #probe(kind: Kind, name: string, request: Request): Promise<Response> {
    const { className } = kind;
    const origin = request.headers.get("origin");
    const hook = this.#options.onBeforeConnect;
    const decision = this.#origins.allows(origin, request.url)
      ? await hook?.(request, { className, name })
      : new Response(null, { status: 403 });
    const status = decision instanceof Response ? decision.status : 204;
    const headers = new Headers({ "cache-control": "no-store" });
    // A page elsewhere may read it: there is nothing in it but the status.
    if (origin !== null) {
      headers.set("access-control-allow-origin", origin);
      headers.set("access-control-allow-credentials", "true");
    }
    return new Response(null, { status, headers });
  }

  #refused(error: unknown, kind: Kind): Response {
    if (!(error instanceof Refusal)) throw error;
    return this.#refuse(error.status, error.message, kind);
  }

  /** Answers on the library's behalf, and says so to `onEvent`. */
  #refuse(status: number, reason: string, kind?: Kind): Response {
    const agent = kind?.className;
    this.#backend.emit(() => ({ type: "refused", status, reason, agent }));
    return new Response(reason, { status });
  }

  #connect(
    kind: Kind,
    name: string,
    request: Request,
    seen: Request,
    native: Native,
  ): MaybePromise<Answer> {
    try {
      return this.#backend.connect(kind, name, request, seen, native);
    } catch (error) {
      return this.#refused(error, kind);
    }
  }

  async #afterHook(
    hook: BeforeHook,
    kind: Kind,
    name: string,
    request: Request,
    native: Native,
  ): Promise<Answer> {
    const { className } = kind;
    const decision = await hook(request, { className, name });
    if (decision instanceof Response) return decision;
    return this.#connect(kind, name, request, decision ?? request, native);
  }

  async #request(
    kind: Kind,
    name: string,
    request: Request,
    native: Native,
  ): Promise<Response> {
    const cors = this.#cors;
    if (cors !== undefined && request.method === "OPTIONS") {
      return new Response(null, { headers: cors });
    }
    const { className } = kind;
    const hook = this.#options.onBeforeRequest;
    const decision = await hook?.(request, { className, name });
    if (decision instanceof Response) return withHeaders(decision, cors);
    try {
      const seen = decision ?? request;
      const answer = await this.#backend.request(kind, name, seen, native);
      return withHeaders(answer, cors);
    } catch (error) {
      return withHeaders(this.#refused(error, kind), cors);
    }
  }
}

/** Thrown by a {@linkcode Backend}: the request is answered with this status and text. */
export class Refusal extends Error {
  /** The HTTP status. */
  readonly status: number;

  /** `message` is the body. */
  constructor(status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}
