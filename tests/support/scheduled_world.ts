import { Agent, type Connection } from "../../mod.ts";
import { MemoryStorage } from "../../src/agent/memory_storage.ts";
import type { Write } from "../../src/ports/storage.ts";
import { HeldHost } from "./held_host.ts";
import {
  type Kind,
  type ScheduledClient,
  scheduledClient,
} from "./scheduled_client.ts";

class Kept extends Agent<unknown, string> {
  // No frame tells a base client that there is no state.
  override initialState = "first";
  override validateStateChange(next: string): void {
    if (next.endsWith("refused")) throw new Error("refused");
  }
  override onMessage(_: Connection, message: unknown): void {
    this.setState(message as string);
  }
  override onError(): void {}
}

const ADDRESS = { agent: "Kept", name: "x" };

/** A host whose clock and store move when the schedule says so, and its clients. */
export class ScheduledWorld {
  readonly clients: ScheduledClient[];
  readonly storage = new MemoryStorage();
  #isBroken = false;
  #isCareless: boolean;
  #host: HeldHost;

  /** The store of a careless one hides its failures: there to be found out. */
  constructor(kinds: readonly Kind[], isCareless = false) {
    this.#isCareless = isCareless;
    this.clients = kinds.map(scheduledClient);
    this.#host = this.#start();
  }

  /** What a process would find that came now. */
  get stored(): string {
    const found = this.storage.load(ADDRESS);
    return found === undefined ? "first" : JSON.parse(found.state);
  }

  get rev(): number {
    return this.storage.load(ADDRESS)?.rev ?? 0;
  }

  connect(client: ScheduledClient, isExtended: boolean): void {
    client.opened(this.#host.connect(`kept/x${isExtended ? "?_roam=1" : ""}`));
  }

  commit(): void {
    this.#host.turn();
  }

  /** What is to be stored can't be. */
  fail(): void {
    this.#isBroken = true;
    this.commit();
    this.#isBroken = false;
  }

  pass(ms: number): void {
    this.#host.clock.pass(ms);
  }

  crash(): void {
    for (const client of this.clients) {
      // Nobody is left to be told.
      client.events = undefined;
      client.lost();
    }
    this.#host = this.#start();
  }

  #start(): HeldHost {
    const storage = {
      load: () => this.storage.load(ADDRESS),
      commit: (writes: readonly Write[]) => {
        if (!this.#isBroken) this.storage.commit(writes);
        else if (!this.#isCareless) throw new Error("disk full");
      },
      close() {},
    };
    return new HeldHost({ Kept }, { storage });
  }
}
