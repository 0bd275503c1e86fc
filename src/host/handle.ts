import type { AnyMethod } from "../protocol/json_types.ts";
import type { Agent } from "../agent/agent.ts";
import { instanceNameProblem } from "../protocol/instance_name.ts";
import { didYouMean } from "../runtime/near_miss.ts";
import type { Answer, MaybePromise } from "./platform.ts";

/** What a server-side caller sees of an instance of `T`: its own methods, each returning a promise, and `fetch`. */
export type AgentHandle<T> =
  & {
    readonly [
      K in Exclude<keyof T, keyof Agent> as T[K] extends AnyMethod ? K : never
    ]: T[K] extends (...args: infer Args) => infer Result
      ? (...args: Args) => Promise<Awaited<Result>>
      : never;
  }
  & {
    /** The instance's name. */
    readonly name: string;
    /** Hands a request to the instance whatever its URL says: to `onRequest`, or upgraded to `onConnect`. What the runtime put behind the request has to follow. */
    fetch(request: Request, ...native: unknown[]): Promise<Response>;
    /** The same for a request of this URL. */
    fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  };

/** Options of `getAgent`. */
export interface GetAgentOptions {
  /** What the instance's `onStart` gets, if this brings it into memory. On Workers JSON. */
  props?: Record<string, unknown> | undefined;
}

/** How a handle reaches its instance. */
export interface HandleTarget {
  fetch(request: Request, native: unknown[]): MaybePromise<Answer>;
  call(method: string, args: readonly unknown[]): Promise<unknown>;
}

/**
 * A handle whose every property is a method of the instance. It has no
 * `then`, so that it may be returned from an async function.
 */
export function agentHandle<T>(
  name: string,
  target: HandleTarget,
): AgentHandle<T> {
  const problem = instanceNameProblem(name);
  if (problem !== undefined) {
    throw new TypeError(
      `Cannot reach agent ${JSON.stringify(name)}: ${problem}`,
    );
  }
  const own: Record<string, unknown> = Object.assign(Object.create(null), {
    name,
    fetch: async (request: Request | string | URL, ...native: unknown[]) =>
      request instanceof Request
        ? await target.fetch(request, native)
        : await target.fetch(
          new Request(request, native[0] as RequestInit),
          [],
        ),
    then: undefined,
    toJSON: undefined,
  });
  return new Proxy(own, {
    get(_, key) {
      if (typeof key === "symbol") return undefined;
      if (!(key in own)) {
        own[key] = (...args: unknown[]) => target.call(key, args);
      }
      return own[key];
    },
  }) as unknown as AgentHandle<T>;
}

/** The error for an agent that is not served; `served` are those that are. */
export function unknownAgent(
  agent: unknown,
  served: Iterable<string>,
): TypeError {
  const name = typeof agent === "function" ? agent.name : String(agent);
  const all = [...served];
  const names = all.join(", ") || "none";
  return new TypeError(
    `Cannot reach agent "${name}": no such class is served; there are: ${names}${
      didYouMean(name, all)
    }`,
  );
}
