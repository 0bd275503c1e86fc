import { Agent, type Connection } from "../../../mod.ts";
import { MemoryStorage } from "../../../src/durability/memory_storage.ts";
import type { Write } from "../../../src/ports/storage.ts";
import { type Doc, docOf, replaced, withWord } from "./document.ts";
import { HeldHost } from "./held_host.ts";
import {
  type Kind,
  type ScheduledClient,
  scheduledClient,
} from "./scheduled_client.ts";

const FIRST = docOf("first");
/** What the socket of a client that does not read holds before frames wait for it. */
const SOCKET_BYTES = 20;

class Kept extends Agent<unknown, Doc> {
  // No frame tells a base client that there is no state.
  override initialState = FIRST;
  override validateStateChange({ words }: Doc): void {
    if (words.at(-1)?.endsWith("refused")) throw new Error("refused");
  }
  override onMessage(_: Connection, message: unknown): void {
    const word = String(message);
    // Some changes leave little of it as it was.
    if (word.endsWith("3")) this.setState(replaced(word));
    else this.setState((doc) => withWord(doc, word, 1));
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
  get stored(): Doc {
    const found = this.storage.load(ADDRESS);
    return found === undefined ? FIRST : JSON.parse(found.state);
  }

  get rev(): number {
    return this.storage.load(ADDRESS)?.rev ?? 0;
  }

  connect(client: ScheduledClient): void {
    client.opened(this.#host.connect(`kept/x${client.query}`));
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
    const limits = { bufferedBytes: SOCKET_BYTES };
    return new HeldHost({ Kept }, { storage, limits });
  }
}
