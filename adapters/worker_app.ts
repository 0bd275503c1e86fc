import {
  type AgentClasses,
  assembleHost,
  type HostOptions,
} from "../src/host/host.ts";
import type { Answer, MaybePromise, Platform } from "../src/host/platform.ts";
import { guarded, type ServedAgents, serveHost } from "../src/host/serve.ts";
import { workerEnv } from "./worker_env.ts";
import type { AsyncContext } from "../src/ports/async_context.ts";
import { builtin } from "../platform/builtin.ts";

/** What the module of a Worker exports by default. */
export interface WorkerApp {
  /** Answers every request. `env` has the bindings, `ctx` has `waitUntil`. */
  // deno-lint-ignore no-explicit-any -- each app has its own Env, and Cloudflare's types for the others
  fetch(request: any, env: any, ctx: any): MaybePromise<Response>;
}

/** A request that the app answers, as the runtime knows it. */
interface Current<Native> {
  readonly request: Request;
  readonly native: Native;
  /** What the platform said to its upgrade. */
  upgraded?: { readonly answer: Answer };
}

/**
 * Serves an app that was written for Workers where there is no such platform:
 * its `env` has `options.env`, and a binding for each class.
 */
export function serveWorkerApp<Native extends unknown[]>(
  worker: WorkerApp,
  classes: AgentClasses,
  options: HostOptions,
  platform: Platform<Native>,
): { readonly served: ServedAgents<Native>; readonly inside: object } {
  const { AsyncLocalStorage } = builtin<{
    AsyncLocalStorage: new () => AsyncContext;
  }>("node:async_hooks");
  const requests = new AsyncLocalStorage();
  const env = { ...options.env as Record<string, unknown> };
  const { host, inside } = assembleHost<Native>(classes, { ...options, env }, {
    ...platform,
    // The app may hand on a copy, or one with other headers: only the runtime's own can be upgraded.
    upgrade(request, events, native, headers) {
      const current = requests.getStore() as Current<Native> | undefined;
      if (current === undefined) {
        return platform.upgrade(request, events, native, headers);
      }
      const { request: own, native: ours } = current;
      const answer = platform.upgrade(own, events, ours, headers);
      current.upgraded = { answer };
      return answer ?? new Response(null);
    },
    answering(request, native) {
      const current = requests.getStore() as Current<Native> | undefined;
      const { answering } = platform;
      if (current === undefined) answering?.(request, native);
      else answering?.(current.request, current.native);
    },
    // Nor is the answer of an agent always the app's.
    sent: undefined,
  });
  Object.assign(env, host.bindings);
  Object.assign(workerEnv, env);
  const execution = new Execution();
  const served: ServedAgents<Native> = {
    ...serveHost(host, {}),
    async close(options) {
      await host.close(options);
      await execution.done();
    },
    fetch: guarded(async (request, ...native) => {
      const current: Current<Native> = { request, native };
      const answer = await requests.run(
        current,
        () => worker.fetch(request, env, execution),
      );
      // Bun wants `undefined` for an upgraded request, whatever the app makes of it.
      const { upgraded } = current;
      return upgraded === undefined ? answer : upgraded.answer as Response;
    }, options),
  };
  return { served, inside };
}

/** What Workers give an app besides: work that goes on behind its answers. */
class Execution {
  #pending = new Set<Promise<unknown>>();

  waitUntil(promise: Promise<unknown>): void {
    const kept = promise
      .catch((error) => console.error("waitUntil:", error))
      .finally(() => this.#pending.delete(kept));
    this.#pending.add(kept);
  }

  passThroughOnException(): void {}

  async done(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
