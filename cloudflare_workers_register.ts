/**
 * Has Node, from 22.15, and Bun find `@roam/agents/cloudflare-workers` where
 * an app imports `cloudflare:workers`.
 *
 * ```sh
 * node --import @roam/agents/cloudflare-workers/register main.ts
 * bun --preload @roam/agents/cloudflare-workers/register main.ts
 * ```
 *
 * @module
 */
// Not by its name, which not every runtime knows.
import * as module from "node:module";

const NAME = "cloudflare:workers";

interface BunPlugins {
  plugin(plugin: {
    name: string;
    setup(build: {
      module(name: string, load: () => Promise<object>): void;
    }): void;
  }): void;
}

const { Bun: bun } = globalThis as { Bun?: BunPlugins };
if (bun !== undefined) {
  bun.plugin({
    name: NAME,
    setup(build) {
      build.module(NAME, async () => ({
        exports: { ...await import("./cloudflare_workers.ts") },
        loader: "object",
      }));
    },
  });
} else if (typeof module.registerHooks === "function") {
  // The sources have another extension than the package.
  const file = import.meta.url.replace("_register", "");
  module.registerHooks({
    resolve: (name, context, next) =>
      next(name === NAME ? file : name, context),
  });
}
