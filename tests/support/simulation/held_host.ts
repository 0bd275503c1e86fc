import {
  type Agent,
  type AgentClasses,
  type AgentHandle,
  createHost,
  type Host,
  type HostOptions,
  type SocketEvents,
} from "../../../mod.ts";
import { FakeClock } from "./fake_clock.ts";

/** A host whose time and whose turns of the event loop come when they are called for. */
export class HeldHost {
  readonly clock = new FakeClock();
  #soon: (() => void)[] = [];
  #events: SocketEvents | undefined;
  #host: Host<undefined>;

  constructor(classes: AgentClasses, options: HostOptions = {}) {
    const clock = {
      now: () => this.clock.now(),
      every: (ms: number, tick: () => void) => this.clock.every(ms, tick),
      after: (ms: number, job: () => void) => this.clock.after(ms, job),
      soon: (job: () => void) => void this.#soon.push(job),
    };
    this.#host = createHost(classes, { ...options, clock }, {
      upgrade: (_, events) => {
        this.#events = events;
        return undefined;
      },
    });
  }

  /** Whether something waits for the turn to end. */
  get isWaiting(): boolean {
    return this.#soon.length > 0;
  }

  /** Upgrades a request for `/agents/…`; the caller opens a socket with the result. */
  connect(path: string): SocketEvents {
    const url = `http://localhost/agents/${path}`;
    const headers = { upgrade: "websocket" };
    this.#host.fetch(new Request(url, { headers }), undefined);
    return this.#events!;
  }

  getAgent<T extends Agent>(agent: string, name: string): AgentHandle<T> {
    return this.#host.getAgent<T>(agent, name);
  }

  /** Ends the turn: what was written in it is stored. */
  turn(): void {
    for (const job of this.#soon.splice(0)) job();
  }
}
