/** So many shards are given at a time. */
export const BATCH = 32;
/** Who has less than this part too many keeps them, so that they do not go back and forth. */
const TOLERANCE = 0.1;

/** How many shards each of so many nodes should have at most. */
export function fairShare(shards: number, nodes: number): number {
  return Math.ceil(shards / Math.max(1, nodes));
}

/** Shards to give, and to whom. */
export interface Gift {
  readonly heir: string;
  readonly count: number;
}

/**
 * What a node that has `owned` shards should give next to one of `others`, which
 * have so many: nothing unless it has noticeably more than its share.
 */
export function surplus(
  owned: number,
  others: ReadonlyMap<string, number>,
  shards: number,
): Gift | undefined {
  const share = fairShare(shards, others.size + 1);
  if (owned <= share * (1 + TOLERANCE)) return undefined;
  const heir = leastLaden(others);
  if (heir === undefined) return undefined;
  const room = share - others.get(heir)!;
  const count = Math.min(BATCH, owned - share, room);
  return count > 0 ? { heir, count } : undefined;
}

/** Who has the fewest. */
export function leastLaden(
  others: ReadonlyMap<string, number>,
): string | undefined {
  let least: string | undefined;
  for (const [id, count] of others) {
    if (least === undefined || count < others.get(least)!) least = id;
  }
  return least;
}
