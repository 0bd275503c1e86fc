import type { AgentAddress } from "../src/ports/agent_address.ts";

/** Reads something of many instances. What it has nothing of may be missing. */
export type BatchRead<T> = (
  addresses: readonly AgentAddress[],
) => Promise<ReadonlyMap<string, T>>;

/** Names an instance in a map: neither part has a control character. */
export function keyOf({ agent, name }: AgentAddress): string {
  return `${agent}\n${name}`;
}

interface Waiting {
  readonly address: AgentAddress;
  resolve(found: unknown): void;
  reject(error: unknown): void;
}

/** At most so many are read at a time. */
const MAX = 1000;

/** Reads what is asked for in one turn of the event loop all together. */
export class Batcher<T> {
  #soon: (job: () => void) => void;
  #read: BatchRead<T>;
  #waiting: Waiting[] = [];

  constructor(soon: (job: () => void) => void, read: BatchRead<T>) {
    this.#soon = soon;
    this.#read = read;
  }

  get(address: AgentAddress): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#soon(() => this.#flush());
      const take = resolve as (found: unknown) => void;
      this.#waiting.push({ address, resolve: take, reject });
    });
  }

  #flush(): void {
    const all = this.#waiting.splice(0);
    for (let at = 0; at < all.length; at += MAX) {
      void this.#run(all.slice(at, at + MAX));
    }
  }

  async #run(waiting: readonly Waiting[]): Promise<void> {
    // The same one twice would be two rows.
    const asked = new Map(
      waiting.map(({ address }) => [keyOf(address), address]),
    );
    try {
      const found = await this.#read([...asked.values()]);
      for (const { address, resolve } of waiting) {
        resolve(found.get(keyOf(address)));
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
