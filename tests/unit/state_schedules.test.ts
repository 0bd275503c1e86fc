import fc from "fast-check";
import assert from "node:assert/strict";
import {
  Agent,
  type Connection,
  createHost,
  type Host,
  type SocketEvents,
  type Storage,
} from "../../mod.ts";
import { MemoryStorage } from "../../src/agent/memory_storage.ts";
import { MemorySocket } from "../support/memory_socket.ts";
import { property } from "../support/property.ts";

const runs = Number(globalThis.process?.env?.ROAM_SCHEDULES ?? 2_000);

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

/** A client of a world in which nothing happens by itself. */
class Client {
  events: SocketEvents | undefined;
  socket = new MemorySocket();
  up: string[] = [];
  taken = 0;
  shows: unknown = undefined;
  base: { value: unknown; epoch: string; rev: number } = {
    value: undefined,
    epoch: "",
    rev: 0,
  };
  pending: { id: string; value: string }[] = [];
  informed = false;
  revs: string[] = [];
  readonly extended: boolean;
  #count = 0;

  constructor(extended: boolean) {
    this.extended = extended;
  }

  write(value: string): void {
    if (!this.extended) {
      this.shows = value;
      this.up.push(JSON.stringify({ state: value, type: "cf_agent_state" }));
      return;
    }
    const id = String(this.#count++);
    this.pending.push({ id, value });
    if (this.informed) this.#push(id, value);
  }

  #push(id: string, value: string): void {
    this.up.push(JSON.stringify({ state: value, type: "cf_agent_state", id }));
  }

  opened(events: SocketEvents): void {
    this.events = events;
    this.socket = new MemorySocket();
    this.taken = 0;
    this.informed = false;
    if (this.extended) this.up = [];
    events.open(this.socket);
  }

  lost(): void {
    this.events?.closed(1006, "", false);
    this.events = undefined;
    this.informed = false;
    this.up = [];
  }

  get hasNews(): boolean {
    return this.taken < this.socket.sent.length;
  }

  take(): void {
    const frame = JSON.parse(this.socket.sent[this.taken++] as string);
    const { type, epoch, rev, id, state } = frame;
    if (!this.extended) {
      if (type === "cf_agent_state") this.shows = state;
      return;
    }
    if (type === "roam_hello") {
      if (epoch !== this.base.epoch) {
        this.base = { value: undefined, epoch, rev };
      }
      this.revs = [];
    } else if (type === "cf_agent_state") {
      this.base = { value: state, epoch, rev };
      this.revs.push(`${rev}`.padStart(6, "0"));
    } else if (type === "roam_state_ack") {
      const { value } = this.pending.find((write) => write.id === id)!;
      this.base = { value, epoch: this.base.epoch, rev };
      this.pending = this.pending.filter((write) => write.id !== id);
      this.revs.push(`${rev}`.padStart(6, "0"));
    } else if (type === "cf_agent_state_error") {
      this.base = { value: state, epoch, rev };
      this.pending = this.pending.filter((write) => write.id !== id);
    } else if (type === "cf_agent_mcp_servers") {
      this.informed = true;
      this.pending = this.pending.slice(-1);
      for (const { id, value } of this.pending) this.#push(id, value);
    }
  }

  get shown(): unknown {
    if (!this.extended) return this.shows;
    return this.pending.at(-1)?.value ?? this.base.value;
  }
}

/** A host whose clock and store move when the schedule says so. */
class World {
  readonly clients: Client[];
  readonly storage = new MemoryStorage();
  fails = false;
  #now = 0;
  #soon: (() => void)[] = [];
  #ticks = new Set<() => void>();
  #events: SocketEvents | undefined;
  #host: Host<undefined>;

  constructor(kinds: readonly boolean[]) {
    this.clients = kinds.map((extended) => new Client(extended));
    this.#host = this.#start();
  }

  connect(client: Client): void {
    const query = client.extended ? "?_roam=1" : "";
    const url = `http://localhost/agents/kept/x${query}`;
    const headers = { upgrade: "websocket" };
    this.#host.fetch(new Request(url, { headers }), undefined);
    client.opened(this.#events!);
  }

  commit(): void {
    for (const job of this.#soon.splice(0)) job();
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const tick of [...this.#ticks]) tick();
  }

  crash(): void {
    this.#soon = [];
    this.#ticks.clear();
    for (const client of this.clients) {
      client.events = undefined;
      client.lost();
    }
    this.#host = this.#start();
  }

  get rev(): number {
    return this.storage.load({ agent: "Kept", name: "x" })?.rev ?? 0;
  }

  get stored(): unknown {
    const found = this.storage.load({ agent: "Kept", name: "x" });
    return found === undefined ? "first" : JSON.parse(found.state);
  }

  #start(): Host<undefined> {
    const storage: Storage = {
      load: (address) => this.storage.load(address),
      commit: (writes) => {
        if (this.fails) throw new Error("disk full");
        this.storage.commit(writes);
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

const step = fc.tuple(
  fc.constantFrom(
    "write",
    "write",
    "say",
    "refused",
    "hear",
    "hear",
    "hear",
    "heard",
    "heard",
    "heard",
    "commit",
    "commit",
    "cut",
    "connect",
    "pass",
    "crash",
    "fail",
  ),
  fc.nat({ max: 2 }),
);

const kinds = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });

property(
  "every client ends at the stored state, whatever the order of events",
  fc.tuple(kinds, fc.array(step, { maxLength: 60, size: "max" })),
  ([kinds, steps]) => {
    const world = new World(kinds);
    let count = 0;
    for (const [what, who] of steps) {
      act(world, what, world.clients[who], () => `v${count++}`);
      // What a client has seen is stored.
      for (const { base } of world.clients) assert(base.rev <= world.rev);
    }
    rest(world);
    for (const client of world.clients) {
      assert.equal(client.shown, world.stored, `${client.extended}`);
      assert.deepEqual(client.revs, [...new Set(client.revs)].sort());
    }
  },
  runs,
);

function act(
  world: World,
  what: string,
  client: Client,
  value: () => string,
): void {
  const open = client.events !== undefined;
  switch (what) {
    case "write":
      return client.write(value());
    case "refused":
      return client.write(`${value()} refused`);
    case "say":
      if (open) client.events!.receive(value());
      return;
    case "hear":
      if (open && client.hasNews) client.take();
      return drop(client);
    case "heard":
      if (open && client.up.length > 0) {
        client.events!.receive(client.up.shift()!);
      }
      return drop(client);
    case "commit":
      return world.commit();
    case "cut":
      return client.lost();
    case "connect":
      if (!open) world.connect(client);
      return;
    case "pass":
      return world.pass(300);
    case "crash":
      return world.crash();
    case "fail":
      world.fails = true;
      world.commit();
      world.fails = false;
  }
}

/** The server closed it. */
function drop(client: Client): void {
  if (client.socket.readyState !== 1) client.lost();
}

/** Lets everything happen that still can. */
function rest(world: World): void {
  for (let round = 0; round < 30; round++) {
    for (const client of world.clients) {
      drop(client);
      if (client.events === undefined) world.connect(client);
      while (client.events !== undefined && client.up.length > 0) {
        client.events.receive(client.up.shift()!);
      }
    }
    world.commit();
    for (const client of world.clients) while (client.hasNews) client.take();
    // Not so long that a state counts as read that was sent meanwhile.
    if (round > 3) world.pass(300);
  }
}
