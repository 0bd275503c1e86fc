import { note } from "../../fixtures/note.ts";
import type {
  AgentAddress,
  Snapshot,
  Storage,
  Write,
} from "../../../src/ports/storage.ts";

/** A storage that answers later, as one over a network does. */
export class SlowStorage implements Storage {
  #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async load(address: AgentAddress): Promise<Snapshot | undefined> {
    await later();
    return await this.#storage.load(address);
  }

  async commit(writes: readonly Write[]): Promise<void> {
    await later();
    await this.#storage.commit(writes);
    for (const { address } of writes) note("stored", address.name);
  }

  async close(): Promise<void> {
    await this.#storage.close();
  }
}

/** Long enough for everything to happen that waits for nothing else. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
