import type { Storage } from "../src/ports/storage.ts";

/** A storage that several hosts use, one after another. */
export class LentStorage {
  #storage: Storage;
  #revoke = (): void => {};

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** The storage for one more host; the one before has lost it, and what that still writes is refused. */
  lend(): Storage {
    this.#revoke();
    let isLent = true;
    this.#revoke = () => isLent = false;
    // A proxy, so that whatever a storage may have is there.
    return new Proxy(this.#storage, {
      get(storage, key) {
        if (key === "close") return () => {};
        const member: unknown = Reflect.get(storage, key);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          if (isLent) return member.apply(storage, args);
          throw new Error("Cannot use the storage: this host was restarted");
        };
      },
    });
  }

  async end(): Promise<void> {
    await this.#storage.close();
  }
}
