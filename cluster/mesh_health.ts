import type { ClusterHealth } from "../src/ports/cluster.ts";
import type { Dialler } from "./dialler.ts";
import type { Ownership } from "./ownership.ts";

/** How a process is doing; `problem` is one of its own. */
export function meshHealth(
  ownership: Ownership,
  diallers: Iterable<Dialler>,
  problem: string | undefined,
): ClusterHealth {
  const { self, state, shardCount, problems, isLive } = ownership;
  let owned = 0;
  for (let shard = 0; shard < shardCount; shard++) {
    if (ownership.ownerOf(shard) === self) owned++;
  }
  return {
    ok: isLive && problem === undefined,
    state: state === "live" && !isLive ? "frozen" : state,
    node: self,
    shards: { owned, all: shardCount },
    peers: Array.from(diallers, ({ node: { id, address }, peer, error }) => {
      const isReached = peer.pipe !== undefined;
      return { node: id, address, isReached, ...isReached ? {} : { error } };
    }),
    problems: problem === undefined ? problems : [problem, ...problems],
  };
}
