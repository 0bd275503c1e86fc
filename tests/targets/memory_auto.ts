// What stands for `adapters/auto.ts` where entries serve in memory.
import { type LocalOptions, serveLocal } from "../../adapters/serve_local.ts";
import type { AgentClass, AgentClasses } from "../../mod.ts";
import type { Platform } from "../../src/host/platform.ts";
import { Refusal } from "../../src/host/platform.ts";
import type { MemoryConnection } from "../../testing/memory_connection.ts";

const platform: Platform<[connection?: MemoryConnection]> = {
  upgrade(_, events, [connection]) {
    if (connection === undefined) throw new Refusal(400, "no WebSocket");
    connection.accept(events);
    return undefined;
  },
};

export function serveAgents(
  classes: AgentClasses,
  options: LocalOptions<[connection?: MemoryConnection]> = {},
) {
  return serveLocal(classes, options, platform);
}

export const durable = <T extends AgentClass>(agentClass: T): T => agentClass;
