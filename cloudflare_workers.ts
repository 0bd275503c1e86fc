/**
 * What stands in for the module `cloudflare:workers` on Deno, Bun and Node,
 * for apps that were written for Workers: `env` has `options.env` and a
 * binding for each class from `serveAgents` on.
 *
 * Deno is told by the `imports` of deno.json,
 * `"cloudflare:workers": "jsr:@roam/agents/cloudflare-workers"`; Node by
 * `node --import @roam/agents/cloudflare-workers/register`, and Bun by the
 * same behind `--preload`. `roam dev` does that by itself.
 *
 * @example
 * ```ts
 * import { env } from "@roam/agents/cloudflare-workers";
 *
 * console.log(Object.keys(env));
 * ```
 *
 * @module
 */
import { workerEnv } from "./adapters/worker_env.ts";

/** The bindings. They are there when `serveAgents` has been called. */
// deno-lint-ignore no-explicit-any -- each app has bindings of its own
export const env: any = workerEnv;

/** The base of the platform's Durable Objects: `ctx` and `env` are what the constructor got. */
export class DurableObject<Env = unknown> {
  /** What the platform knows of the object. */
  protected ctx: unknown;
  /** The bindings. */
  protected env: Env;

  /** Called by the platform. */
  constructor(ctx: unknown, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }
}

/**
 * Work that goes on behind an answer; what it rejects with is printed.
 *
 * @example
 * ```ts
 * import { waitUntil } from "@roam/agents/cloudflare-workers";
 *
 * waitUntil(fetch("https://example.com/seen", { method: "POST" }));
 * ```
 */
export function waitUntil(promise: Promise<unknown>): void {
  promise.catch((error) => console.error("waitUntil:", error));
}
