import type {
  AgentAddress,
  Snapshot,
  Storage,
  Write,
} from "../ports/storage.ts";

/** Keeps states as long as the process lives. It has no databases. */
export class MemoryStorage implements Storage {
  #snapshots = new Map<string, Snapshot>();

  load(address: AgentAddress): Snapshot | undefined {
    return this.#snapshots.get(keyOf(address));
  }

  commit(writes: readonly Write[]): void {
    for (const { address, snapshot } of writes) {
      if (snapshot === undefined) this.#snapshots.delete(keyOf(address));
      else this.#snapshots.set(keyOf(address), snapshot);
    }
  }

  close(): void {}
}

/** Neither part has a control character. */
function keyOf({ agent, name }: AgentAddress): string {
  return `${agent}\n${name}`;
}
