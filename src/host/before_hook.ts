import { toJson } from "../protocol/json.ts";
import { isThenable } from "../runtime/thenable.ts";
import { type MaybePromise, Refusal } from "./platform.ts";

/** Which instance a request is for. */
export interface RouteTarget {
  /** The name the class is registered under. */
  readonly className: string;
  /** The instance's name. */
  readonly name: string;
}

/** What a hook gets besides the request and its target. */
// deno-lint-ignore no-explicit-any -- each app has its own Env
export interface BeforeContext<Env = any> {
  /** What agents get as `this.env`; on Workers the bindings and secrets. */
  readonly env: Env;
}

/** A hook lets a request in, and says what it has found out. */
export interface Admission<Data = unknown> {
  /** For the agent: `ctx.data` of `onConnect`, `getConnectionTags` and `onRequest`. JSON; the agent gets a frozen copy. */
  readonly data?: Data;
  /** Headers for the answer, `Set-Cookie` for instance: of the upgrade (101), or of what `onRequest` returns. */
  readonly headers?: HeadersInit;
  /** Takes the request's place. */
  readonly request?: Request;
}

/**
 * Decides about a request before an instance exists: a `Response` answers it,
 * a `Request` takes its place, an {@linkcode Admission} hands on what was
 * found out; nothing lets it in as it is. When it throws, or returns something
 * else, the request is answered with 500; when it takes longer than
 * `limits.connectMs`, with 503.
 *
 * @example
 * ```ts
 * import type { BeforeHook } from "@roam/agents";
 *
 * const onBeforeConnect: BeforeHook = async (request, { className }, { env }) => {
 *   const user = await env.users.of(request.headers.get("cookie"));
 *   if (user === undefined) return new Response("Unauthorized", { status: 401 });
 *   return { data: { user, isAdmin: className === "AdminAgent" } };
 * };
 * ```
 */
export type BeforeHook = (
  request: Request,
  target: RouteTarget,
  context: BeforeContext,
) => MaybePromise<Response | Request | Admission | void>;

/** A request that may reach its instance. */
export interface Admitted {
  /** What the agent sees of it. */
  readonly request: Request;
  /** See {@linkcode Admission.data}. */
  readonly data?: unknown;
  /** See {@linkcode Admission.headers}. */
  readonly headers?: Headers;
}

/** Asks `hook`, for `ms` milliseconds. Throws what it throws, and a {@linkcode Refusal} when it is late. */
export async function askHook(
  hook: BeforeHook,
  what: string,
  ms: number,
  request: Request,
  target: RouteTarget,
  context: BeforeContext,
): Promise<Response | Admitted> {
  const asked = hook(request, target, context);
  const decision = isThenable(asked) ? await within(asked, ms, what) : asked;
  if (decision instanceof Response) return decision;
  if (decision === undefined || decision === null) return { request };
  if (decision instanceof Request) return { request: decision };
  const { data, headers, request: other = request } = admission(decision, what);
  return {
    request: other,
    data: data === undefined ? undefined : handedOn(data, what),
    headers: headers === undefined ? undefined : new Headers(headers),
  };
}

const PARTS = ["data", "headers", "request"];

/** Checks what a hook returned: anything but the documented values is an error, so that a mistake lets nobody in. */
function admission(decision: unknown, what: string): Admission {
  const isPlain = typeof decision === "object" && decision !== null &&
    Object.prototype.toString.call(decision) === "[object Object]";
  const strange = isPlain
    ? Object.keys(decision).find((key) => !PARTS.includes(key))
    : undefined;
  if (isPlain && strange === undefined) return decision;
  const received = strange === undefined ? typeof decision : `"${strange}"`;
  throw new TypeError(
    `Cannot go by ${what}: it must return a Response, a Request, { data, headers, request } or nothing: received ${received}`,
  );
}

/** `data` as JSON carries it, on every runtime: on Workers and in a cluster it travels to another process. */
function handedOn(data: unknown, what: string): unknown {
  try {
    return toJson(data, undefined, Infinity).value;
  } catch (error) {
    const problem = (error as Error).message.replace(/^Cannot set state: /, "");
    throw new TypeError(`Cannot hand on the data of ${what}: ${problem}`);
  }
}

function within<T>(
  promise: PromiseLike<T>,
  ms: number,
  what: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // A longer time than a timer holds is none.
    const timer = ms < 2 ** 31
      ? setTimeout(() => reject(new Refusal(503, `${what} took too long`)), ms)
      : undefined;
    promise.then(resolve, reject).then(() => clearTimeout(timer));
  });
}
