import type { HostEvent, Stage } from "../runtime/events.ts";
import { parseAddress, prefixSegments } from "../protocol/address.ts";
import { kebabCase, type UrlNames } from "../protocol/agent_name.ts";
import { decodeSegment } from "../protocol/instance_name.ts";
import { pathOf, respelled, withAgent } from "../protocol/spelling.ts";
import { type Admitted, askHook, type BeforeHook } from "./before_hook.ts";
import { corsHeaders, type CorsOption, withHeaders } from "./cors.ts";
import { type Answer, type MaybePromise, Refusal } from "./platform.ts";
import { quoted, RefusalLog } from "./refusal_log.ts";
import { Refusals } from "./refusals.ts";
import { didYouMean } from "../runtime/near_miss.ts";
import { internalError } from "../runtime/responses.ts";
import { isWellAddressed, MISADDRESSED } from "./request_origin.ts";
import { type RuleOptions, Rules } from "./rules.ts";
import { mannerOf, type Visit } from "./visit.ts";

/** How requests find their way; the same on every runtime. */
export interface RouterOptions extends RuleOptions {
  /** What the path begins with, one or more segments. Default `"agents"`. */
  prefix?: string | undefined;
  /** Adds CORS headers to HTTP responses and answers `OPTIONS`: `true` for any origin, or the headers. Default none. */
  cors?: CorsOption | undefined;
  /** Called before a WebSocket is upgraded; not for HTTP requests. */
  onBeforeConnect?: BeforeHook | undefined;
  /** Called before `onRequest`; not for WebSockets. */
  onBeforeRequest?: BeforeHook | undefined;
}

/** Where instances are. */
export interface Backend<Kind, Native> {
  /** Upgrades `request`, which is what came in. Throws a {@linkcode Refusal} when it can't. */
  connect(
    kind: Kind,
    name: string,
    request: Request,
    admitted: Admitted,
    native: Native,
  ): MaybePromise<Answer>;
  /** Has an instance answer an HTTP request. */
  request(
    kind: Kind,
    name: string,
    admitted: Admitted,
    native: Native,
  ): MaybePromise<Response>;
  emit(make: () => HostEvent): void;
}

/** What a router is made of. */
export interface RouterParts<Kind, Native> {
  /** What is served. */
  readonly kinds: UrlNames<Kind>;
  readonly options: RouterOptions;
  readonly backend: Backend<Kind, Native>;
  /** Milliseconds for a hook. */
  readonly hookMs: number;
  /** Where refusals are printed; routers may share one. */
  readonly log?: RefusalLog;
}

/** Finds the instance that a request is for, and everything that forbids it. */
export class Router<Kind extends { readonly className: string }, Native> {
  #parts: RouterParts<Kind, Native>;
  #prefix: readonly string[];
  #rules: Rules;
  #cors: Headers | undefined;
  #refusals: Refusals;

  constructor(parts: RouterParts<Kind, Native>) {
    const { backend, log = new RefusalLog(), options } = parts;
    this.#parts = parts;
    this.#prefix = prefixSegments(options.prefix ?? "agents");
    this.#cors = corsHeaders(options.cors);
    this.#rules = new Rules(options, this.#cors);
    const emit = (make: () => HostEvent) => backend.emit(make);
    this.#refusals = new Refusals(emit, log, this.#cors);
  }

  /** Answers a request for an agent; `null` when it is for somebody else. `received` is the path that the client sent. */
  fetch(
    request: Request,
    native: Native,
    env: unknown,
    received?: string,
  ): MaybePromise<Answer | null> {
    const { url } = request;
    if (!isWellAddressed(request)) {
      return this.#refusals.answer(mannerOf(request), request, MISADDRESSED);
    }
    let spelled = respelled(asReceived(url, received), this.#prefix);
    if (spelled === null) return null;
    const place = spelled === undefined ? url : `http://host${spelled}`;
    const address = parseAddress(place, this.#prefix);
    if (address === null) return null;
    const { exact, guesses } = this.#parts.kinds;
    const guess = guesses.get(address.agent);
    const kind = exact.get(guess ?? address.agent);
    if (kind === undefined) return this.#unknown(request, address.agent);
    if (guess !== undefined) {
      spelled = withAgent(pathOf(place), this.#prefix, guess);
    }
    const name = decodeSegment(address.name);
    const manner = mannerOf(request);
    const visit = { manner, kind, name, request, native, env };
    if (spelled !== undefined) return this.#elsewhere(visit, spelled);
    const refused = this.#rules.forbids(visit);
    if (refused !== undefined) {
      return this.#refusals.answer(manner, request, refused, kind.className);
    }
    switch (manner) {
      case "connect":
        return this.#connect(visit);
      case "probe":
        return this.#probe(visit);
      case "request":
        return this.#request(visit);
    }
  }

  #unknown(request: Request, agent: string): Response {
    const names = [...this.#parts.kinds.exact.keys()];
    const served = names.join(", ") || "none";
    const manner = mannerOf(request);
    const reason = "no such agent is served";
    return this.#refusals.answer(manner, request, {
      status: 400,
      reason,
      // As Cloudflare's SDK says it; a client of ours asks why.
      text: manner === "probe" ? reason : "Invalid request",
      line: `No agent ${quoted(agent)} is served; there are: ${served}${
        didYouMean(agent, names)
      }`,
    });
  }

  /** Each address has one spelling, so that a guard by path can't be walked around. */
  #elsewhere(
    { manner, request, kind }: Visit<Kind, Native>,
    path: string,
  ): Response {
    if (manner === "request") {
      const query = /\?[^#]*/.exec(request.url)?.[0] ?? "";
      const headers = { location: path + query };
      const response = new Response(null, { status: 308, headers });
      return withHeaders(response, this.#cors);
    }
    const { className } = kind;
    const start = [...this.#prefix, kebabCase(className), ""].join("/");
    const reason = "another spelling of the address";
    return this.#refusals.answer(manner, request, {
      status: 400,
      reason,
      text: `This is ${reason} ${path}`,
      // Not the path itself: a name may be a secret.
      line:
        `Refused a WebSocket to another spelling of an address. Those of ${className} begin with "/${start}", without empty or dot segments and needless escapes.`,
    }, className);
  }

  #connect(visit: Visit<Kind, Native>): MaybePromise<Answer> {
    const hook = this.#parts.options.onBeforeConnect;
    if (hook === undefined) {
      return this.#enter(visit, { request: visit.request });
    }
    return this.#ask("onBeforeConnect", hook, visit).then((decision) =>
      decision instanceof Response ? decision : this.#enter(visit, decision)
    );
  }

  #enter(
    visit: Visit<Kind, Native>,
    admitted: Admitted,
  ): MaybePromise<Answer> {
    const { kind, name, request, native } = visit;
    try {
      return this.#parts.backend.connect(kind, name, request, admitted, native);
    } catch (error) {
      return this.#refused(visit, error);
    }
  }

  /** Answers with what the upgrade would be refused with, or 204; a browser does not tell it to pages. */
  async #probe(visit: Visit<Kind, Native>): Promise<Response> {
    const hook = this.#parts.options.onBeforeConnect;
    const decision = hook && await this.#ask("onBeforeConnect", hook, visit);
    const response = decision instanceof Response
      ? decision
      : new Response(null, { status: 204 });
    return this.#refusals.probed(visit.request, response);
  }

  async #request(visit: Visit<Kind, Native>): Promise<Response> {
    const cors = this.#cors;
    const { kind, name, request, native } = visit;
    if (cors !== undefined && request.method === "OPTIONS") {
      return new Response(null, { headers: cors });
    }
    const { backend, options: { onBeforeRequest: hook } } = this.#parts;
    const decision = hook === undefined
      ? { request }
      : await this.#ask("onBeforeRequest", hook, visit);
    if (decision instanceof Response) return withHeaders(decision, cors);
    try {
      const answer = await backend.request(kind, name, decision, native);
      return withHeaders(withHeaders(answer, cors), decision.headers, "append");
    } catch (error) {
      return this.#refused(visit, error);
    }
  }

  #refused(
    { manner, request, kind }: Visit<Kind, Native>,
    error: unknown,
    line?: string,
  ): Response {
    if (!(error instanceof Refusal)) throw error;
    const { status, message: reason } = error;
    const { className } = kind;
    return this.#refusals.answer(
      manner,
      request,
      { status, reason, line },
      className,
    );
  }

  /** Asks a hook. What goes wrong in it is an answer that does not say what. */
  async #ask(
    stage: Stage,
    hook: BeforeHook,
    visit: Visit<Kind, Native>,
  ): Promise<Response | Admitted> {
    const { kind: { className }, name, request, env } = visit;
    const { hookMs, backend } = this.#parts;
    const target = { className, name };
    try {
      return await askHook(hook, stage, hookMs, request, target, { env });
    } catch (error) {
      if (error instanceof Refusal) {
        const line =
          `Refused a request for ${className}: ${error.message}, see limits.connectMs`;
        return this.#refused(visit, error, line);
      }
      console.error(`${stage} for agent ${className} failed:`, error);
      backend.emit(
        () => ({ type: "failed", stage, agent: className, name, error }),
      );
      return internalError();
    }
  }
}

/** The URL as the client spelled it: `url`, unless that was made of `received`. */
function asReceived(url: string, received: string | undefined): string {
  if (received === undefined) return url;
  const sent = `http://host${received}`;
  // The app may have put another path in its place.
  const isSame = URL.canParse(sent) &&
    new URL(sent).pathname === new URL(url).pathname;
  return isSame ? sent : url;
}
