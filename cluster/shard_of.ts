import type { AgentAddress } from "../src/ports/agent_address.ts";

const encoder = new TextEncoder();

/** The shard of an instance: FNV-1a over class and name. It never changes. */
export function shardOf({ agent, name }: AgentAddress, shards: number): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(`${agent}\n${name}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0) % shards;
}
