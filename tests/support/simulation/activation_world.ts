import assert from "node:assert/strict";
import { Agent } from "../../../mod.ts";
import { MemoryStorage } from "../../../src/durability/memory_storage.ts";
import { HeldHost } from "./held_host.ts";
import { MemorySocket } from "./memory_socket.ts";
import { settled } from "./virtual_time.ts";

const NAMES = ["a", "b"];
const CLIENTS = 4;

/** Reports its life to the world that it finds in `env`. */
class Kept extends Agent<ActivationWorld, number> {
  constructor(...args: ConstructorParameters<typeof Agent<ActivationWorld>>) {
    super(...args);
    this.env.born(this);
  }
  override onStart(): Promise<void> | void {
    return this.env.starts();
  }
  override onError(): void {
    this.env.refused();
  }
  put(value: number): void {
    this.setState(value);
    this.env.wrote(this.name, value);
  }
  read(): number | undefined {
    return this.state;
  }
  hail(): void {
    this.broadcast("hail");
  }
  end(): Promise<void> {
    this.env.wrote(this.name, undefined);
    return this.destroy();
  }
}

interface Client {
  readonly name: string;
  readonly socket: MemorySocket;
  readonly close: () => void;
}

/** A host whose agents come and go, and what is known of them. */
export class ActivationWorld {
  /** All that ever were. */
  readonly agents: Kept[] = [];
  #living = new Map<string, number>();
  #written = new Map<string, number | undefined>();
  #starting: (() => void)[] = [];
  #slow = false;
  #clients = new Map<number, Client>();
  #values = 0;
  #refusals = 0;
  /** The most instances that a name has had at a time. */
  #crowd = 0;
  #host: HeldHost;

  /** In a leaky one no instance is seen to leave: there to be found out. */
  constructor(isLeaky = false) {
    this.#host = new HeldHost({ Kept }, {
      env: this,
      storage: new MemoryStorage(),
      onEvent: (event) => {
        if (event.type === "evicted" && !isLeaky) this.#count(event.name, -1);
        // Nobody constructed it: it came back.
        if (event.type !== "started" || isLeaky) return;
        if (this.#living.get(event.name) === 0) this.#count(event.name, 1);
      },
    });
  }

  born(agent: Kept): void {
    this.agents.push(agent);
    this.#count(agent.name, 1);
  }

  starts(): Promise<void> | void {
    if (this.#slow) {
      return new Promise((resolve) => this.#starting.push(resolve));
    }
  }

  wrote(name: string, value: number | undefined): void {
    this.#written.set(name, value);
  }

  refused(): void {
    this.#refusals++;
  }

  async act(what: Step, at: number): Promise<void> {
    const name = NAMES[at % NAMES.length];
    switch (what) {
      case "connect":
        this.#connect(at, name);
        break;
      case "leave":
        this.#clients.get(at)?.close();
        break;
      case "write":
        this.#handle(name).put(this.#values++).catch(() => {});
        break;
      case "one of the past writes":
        this.#writeBy(this.agents[at % this.agents.length]);
        break;
      case "destroy":
        this.#handle(name).end().catch(() => {});
        break;
      case "slow start":
        this.#slow = !this.#slow;
        break;
      case "started":
        this.#starting.shift()?.();
        break;
      case "turn":
        this.#host.turn();
        break;
      case "time passes":
        this.#host.clock.pass(21_000);
    }
    await settled();
    assert(this.#crowd <= 1, `${this.#crowd} instances of one name`);
  }

  /** Lets everything happen, and looks for what is lost. */
  async check(): Promise<void> {
    this.#slow = false;
    while (this.#starting.length > 0 || this.#host.isWaiting) {
      await this.act("started", 0);
      await this.act("turn", 0);
    }
    for (const name of NAMES) {
      const read = this.#handle(name).read();
      const hail = this.#handle(name).hail();
      await this.act("turn", 0);
      assert.equal(await read, this.#written.get(name), "the state");
      await hail;
    }
    for (const { socket } of this.#clients.values()) {
      if (socket.readyState !== 1) continue;
      assert.equal(socket.sent.at(-1), "hail", "a lost connection");
    }
    for (const agent of this.agents) this.#writeBy(agent);
    await this.act("turn", 0);
    for (const name of NAMES) {
      const read = this.#handle(name).read();
      await this.act("turn", 0);
      assert.equal(await read, this.#written.get(name), "the state afterwards");
    }
  }

  #handle(name: string) {
    return this.#host.getAgent<Kept>("Kept", name);
  }

  #connect(at: number, name: string): void {
    if (this.#clients.has(at)) return;
    const events = this.#host.connect(`kept/${name}`);
    const close = () => {
      this.#clients.delete(at);
      events.closed(1000, "", true);
    };
    const socket = new MemorySocket(close);
    this.#clients.set(at, { name, socket, close });
    events.open(socket);
  }

  /** As a timer of it would, which nobody hears throw: it reaches whoever has its name now, or is refused. */
  #writeBy(agent: Kept | undefined): void {
    if (agent === undefined) return;
    const { name } = agent;
    const value = this.#values++;
    const before = this.#refusals;
    agent.setState(value);
    if (this.#refusals > before) return;
    this.wrote(name, value);
    assert.equal(this.#living.get(name), 1, "written by nobody");
  }

  #count(name: string, change: number): void {
    const count = (this.#living.get(name) ?? 0) + change;
    this.#crowd = Math.max(this.#crowd, count);
    this.#living.set(name, count);
  }
}

/** What can happen in a run, as often as it is to happen. */
export const steps = [
  "connect",
  "connect",
  "leave",
  "write",
  "write",
  "one of the past writes",
  "destroy",
  "slow start",
  "started",
  "turn",
  "turn",
  "time passes",
  "time passes",
] as const;

/** One thing that happens. */
export type Step = typeof steps[number];

/** The largest index of a client, and so of a name. */
export const most = CLIENTS - 1;
