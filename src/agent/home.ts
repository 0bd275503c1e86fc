import type { AsyncContext } from "../ports/async_context.ts";
import type { Clock } from "../ports/clock.ts";
import type { Storage } from "../ports/storage.ts";
import { Commits } from "./commits.ts";
import { Deadlines, Sweep } from "./deadlines.ts";
import { Drain } from "./drain.ts";
import type { HostEvent } from "./events.ts";
import type { Handshake } from "./handshake.ts";
import type { Instance } from "./instance.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import type { Link } from "./link.ts";
import { MemoryStorage } from "./memory_storage.ts";
import { useContext } from "./scope.ts";
import type { Starter } from "./starter.ts";
import { systemClock } from "./system_clock.ts";

/** A base client that has written nothing for so long is told the state, if it may have missed it. */
const SETTLE_MS = 1000;

/** What instances are given by whoever keeps them. */
export interface HomeOptions {
  /** Changes to the default limits. */
  limits?: Partial<Limits>;
  /** An `AsyncLocalStorage`: makes `getCurrentAgent()` work past an await. */
  context?: AsyncContext;
  /** Called with what happens, at once and on the way: it should be quick. What it throws is logged. */
  onEvent?: (event: HostEvent) => void;
  /** The time, for tests. Default the system's. */
  clock?: Clock;
  /**
   * Whether a client gets the message of what a method it called threw.
   * Default `true`; `false` replaces it by `Internal error`, except for a
   * `CallError`, which is meant for the client. Stacks are never sent.
   */
  exposeErrors?: boolean;
  /** Where states are kept; closed with the host. Default: in memory, for the life of the process. */
  storage?: Storage;
}

/** What the instances of one host share: limits, the sweep, events. */
export class Home {
  readonly limits: Limits;
  readonly context: AsyncContext | undefined;
  /** Connections of all instances. */
  connections = 0;
  readonly exposeErrors: boolean;
  readonly drain: Drain;
  readonly starting: Deadlines<Starter>;
  readonly connecting: Deadlines<Handshake>;
  readonly closing: Deadlines<Link>;
  readonly settling: Deadlines<Link>;
  readonly commits: Commits;
  protected readonly sweep: Sweep;
  #onEvent: ((event: HostEvent) => void) | undefined;
  #freshEpoch: string | undefined;

  constructor(options: HomeOptions) {
    this.limits = resolveLimits(options.limits);
    this.context = options.context;
    if (options.context !== undefined) useContext(options.context);
    this.#onEvent = options.onEvent;
    this.sweep = new Sweep(options.clock ?? systemClock);
    this.exposeErrors = options.exposeErrors !== false;
    this.drain = new Drain(this.sweep.clock);
    this.starting = new Deadlines(
      this.sweep,
      this.limits.startMs,
      (starter) => starter.timeOut(),
    );
    this.connecting = new Deadlines(
      this.sweep,
      this.limits.connectMs,
      (handshake) => handshake.timeOut(),
    );
    this.closing = new Deadlines(
      this.sweep,
      this.limits.closeMs,
      (link) => link.abandon(),
    );
    this.settling = new Deadlines(
      this.sweep,
      SETTLE_MS,
      (link) => link.instance.clients.send(link),
    );
    const soon = (job: () => void) =>
      (options.clock?.soon ?? systemClock.soon)(job);
    this.commits = new Commits(options.storage ?? new MemoryStorage(), soon);
  }

  /** Milliseconds; only differences mean something. */
  get now(): number {
    return this.sweep.clock.now();
  }

  /** The epoch of states that have never been stored. */
  get freshEpoch(): string {
    return this.#freshEpoch ??= crypto.randomUUID();
  }

  /** A state is destroyed: the next one of its name MUST have another epoch. */
  renewEpoch(): void {
    this.#freshEpoch = undefined;
  }

  /** Makes an event, if anybody listens, and hands it over. */
  emit(make: () => HostEvent): void {
    if (this.#onEvent === undefined) return;
    try {
      this.#onEvent(make());
    } catch (error) {
      // A listener that throws must not take an instance with it.
      console.error("onEvent threw:", error);
    }
  }

  /** The instance that `instance` is now, if it has left memory meanwhile. */
  latest(instance: Instance): Instance | undefined {
    return instance;
  }

  /** The instance is of no use any more: the next request makes a new one. */
  discard(_instance: Instance): void {}

  /** The instance has neither connections nor work now. */
  vacant(_instance: Instance): void {}

  /** The instance is needed again. */
  occupied(_instance: Instance): void {}
}
