import {
  Agent,
  type Connection,
  createHost,
  type Host,
  type SocketEvents,
  type Storage,
} from "../../mod.ts";
import { MemoryStorage } from "../../src/agent/memory_storage.ts";
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
  #now = 0;
  #soon: (() => void)[] = [];
  #ticks = new Set<() => void>();
  #events: SocketEvents | undefined;
  #host: Host<undefined>;

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
    const query = isExtended ? "?_roam=1" : "";
    const url = `http://localhost/agents/kept/x${query}`;
    const headers = { upgrade: "websocket" };
    this.#host.fetch(new Request(url, { headers }), undefined);
    client.opened(this.#events!);
  }

  commit(): void {
    for (const job of this.#soon.splice(0)) job();
  }

  /** What is to be stored can't be. */
  fail(): void {
    this.#isBroken = true;
    this.commit();
    this.#isBroken = false;
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const tick of [...this.#ticks]) tick();
  }

  crash(): void {
    this.#soon = [];
    this.#ticks.clear();
    for (const client of this.clients) {
      // Nobody is left to be told.
      client.events = undefined;
      client.lost();
    }
    this.#host = this.#start();
  }

  #start(): Host<undefined> {
    const storage: Storage = {
      load: (address) => this.storage.load(address),
      commit: (writes) => {
        if (!this.#isBroken) this.storage.commit(writes);
        else if (!this.#isCareless) throw new Error("disk full");
      },
      close() {},
    };
    const clock = {
      now: () => this.#now,
      every: (_: number, tick: () => void) => {
        this.#ticks.add(tick);
        return () => void this.#ticks.delete(tick);
      },
      soon: (job: () => void) => void this.#soon.push(job),
    };
    return createHost({ Kept }, { storage, clock }, {
      upgrade: (_, events) => {
        this.#events = events;
        return undefined;
      },
    });
  }
}
