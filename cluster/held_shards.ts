/** Shards that are on their way from one process to another, and who will say where they are. */
export class HeldShards<Source> {
  #sources = new Map<number, Source>();

  has(shard: number): boolean {
    return this.#sources.has(shard);
  }

  add(shards: readonly number[], source: Source): void {
    for (const shard of shards) this.#sources.set(shard, source);
  }

  /** `source` has said where they are. Another one may have them on their way again. */
  delete(shards: readonly number[], source: Source): void {
    for (const shard of shards) {
      if (this.#sources.get(shard) === source) this.#sources.delete(shard);
    }
  }

  /** `source` will say nothing any more. */
  forget(source: Source): void {
    for (const [shard, held] of this.#sources) {
      if (held === source) this.#sources.delete(shard);
    }
  }
}
