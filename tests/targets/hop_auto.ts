// What stands for `adapters/auto.ts` where clients are connected to a process
// that has no instances: another one has all of them.
import * as bun from "../../adapters/bun.ts";
import * as deno from "../../adapters/deno.ts";
import type { LocalOptions } from "../../adapters/serve_local.ts";
import { loadPackages } from "../../adapters/node_packages.ts";
import { serveNode } from "../../adapters/node_server.ts";
import { openStorage } from "../../adapters/open_storage.ts";
import { Mesh } from "../../cluster/mesh.ts";
import type { AgentClass, AgentClasses } from "../../mod.ts";
import { resolveLimits } from "../../src/runtime/limits.ts";
import { FixedOwnership } from "../support/cluster/fixed_ownership.ts";

export * from "../../adapters/routing_exports.ts";
export type {
  AutoEntry,
  NativeArguments,
  ServeOptions,
} from "../../adapters/auto.ts";

const OWNER = "the owner";

export const durable = <T extends AgentClass>(agentClass: T): T => agentClass;

export function serveAgents(
  classes: AgentClasses,
  // deno-lint-ignore no-explicit-any -- differs by runtime
  { storage, ...options }: LocalOptions<any[]> = {},
) {
  const { address, isOwner } = place();
  const ownership = new FixedOwnership(
    isOwner ? OWNER : "the gateway",
    { id: OWNER, address },
    isOwner ? (at) => console.log(`@@pipe ${at}`) : undefined,
  );
  const cluster = new Mesh({
    ownership,
    storage: openStorage(
      isOwner ? storage : "memory",
      resolveLimits(options.limits),
    ),
    listen: { host: "127.0.0.1", port: 0 },
  });
  const all = { ...options, cluster };
  if ("Bun" in globalThis) return bun.serveAgents(classes, all);
  if ("Deno" in globalThis) return deno.serveAgents(classes, all);
  return serveNode(classes, all, loadPackages());
}

/** Which of the two processes this is, and where the pipe of the owner listens. */
function place(): { readonly isOwner: boolean; readonly address: string } {
  const address = globalThis.process.env.ROAM_OWNER ?? "";
  return { isOwner: address === "", address: address || "127.0.0.1:1" };
}
