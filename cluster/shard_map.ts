import type { ClusterMap, ListedNode } from "./engine.ts";

/** Who is there, and who has which shard, as the engine said last. */
export class ShardMap {
  #nodes = new Map<string, ListedNode>();
  #owners: (string | undefined)[] = [];

  /** Takes over what the engine says. Returns who was alive before and is not any more, and whether anything is different. */
  update(
    { nodes, owners }: Pick<ClusterMap, "nodes" | "owners">,
  ): { gone: ListedNode[]; isChanged: boolean } {
    const before = this.#nodes;
    const ownedBefore = this.#owners;
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    this.#owners = [...owners];
    const gone = [...before.values()].filter(({ id, phase }) =>
      phase !== "dead" && !this.isAlive(id)
    );
    const isChanged = gone.length > 0 ||
      nodes.length !== before.size ||
      nodes.some(({ id, phase }) => before.get(id)?.phase !== phase) ||
      owners.some((owner, shard) => owner !== ownedBefore[shard]);
    return { gone, isChanged };
  }

  /** As somebody else says. */
  assign(shards: Iterable<number>, owner: string | undefined): void {
    for (const shard of shards) this.#owners[shard] = owner;
  }

  /** The id of the node that has the shard, dead or alive. */
  listedOwner(shard: number): string | undefined {
    return this.#owners[shard];
  }

  /** The id of the node that has the shard, if that node is alive. */
  ownerOf(shard: number): string | undefined {
    const owner = this.#owners[shard];
    return owner !== undefined && this.isAlive(owner) ? owner : undefined;
  }

  node(id: string): ListedNode | undefined {
    return this.#nodes.get(id);
  }

  nodes(): ListedNode[] {
    return [...this.#nodes.values()];
  }

  isAlive(id: string): boolean {
    const node = this.#nodes.get(id);
    return node !== undefined && node.phase !== "dead";
  }

  /** How many shards nobody has who is alive and not in `silent`. */
  orphans(silent: ReadonlySet<string>): number {
    let count = 0;
    for (let shard = 0; shard < this.#owners.length; shard++) {
      const owner = this.ownerOf(shard);
      if (owner === undefined || silent.has(owner)) count++;
    }
    return count;
  }

  /** How many shards each of these has. */
  counts(ids: Iterable<string>): Map<string, number> {
    const counts = new Map([...ids].map((id) => [id, 0]));
    for (const owner of this.#owners) {
      const count = owner === undefined ? undefined : counts.get(owner);
      if (count !== undefined) counts.set(owner!, count + 1);
    }
    return counts;
  }
}
