import type { AsyncContext } from "../ports/async_context.ts";
import type { Clock } from "../ports/clock.ts";
import { DeadlineTimer } from "./deadlines.ts";
import type { HostEvent } from "./events.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import { useContext } from "./scope.ts";
import { systemClock } from "./system_clock.ts";
import { Turns } from "./turns.ts";

const SOCKET_BYTES = 256 * 1024;

/** What a host is told about its services. */
export interface ServiceOptions {
  /** Changes to the default limits. */
  limits?: Partial<Limits>;
  /** An `AsyncLocalStorage`: makes `getCurrentAgent()` work past an await. */
  context?: AsyncContext;
  /** Called with what happens, at once and on the way: it should be quick. What it throws is logged. */
  onEvent?: (event: HostEvent) => void;
  /** The time, for tests. Default the system's. */
  clock?: Clock;
}

/**
 * What all instances of a host share: limits, the time, events, and whatever
 * a part needs once for all instances.
 */
export class HostServices {
  readonly limits: Limits;
  /** Bytes that a socket holds unsent past which further frames wait for it. */
  readonly socketBytes: number;
  readonly context: AsyncContext | undefined;
  readonly timer: DeadlineTimer;
  readonly turns: Turns;
  /** Connections of all instances, also those whose peers do not let go. */
  connections = 0;
  /** Somebody listens to events: only then is measured what they say. */
  readonly isObserved: boolean;
  /** No connection is taken any more. */
  isClosing = false;
  #onEvent: ((event: HostEvent) => void) | undefined;
  #shared = new Map<unknown, unknown>();

  constructor({ limits, context, onEvent, clock }: ServiceOptions) {
    this.limits = resolveLimits(limits);
    this.socketBytes = Math.min(SOCKET_BYTES, this.limits.bufferedBytes);
    this.context = context;
    if (context !== undefined) useContext(context);
    this.#onEvent = onEvent;
    this.isObserved = onEvent !== undefined;
    const timing = clock ?? systemClock;
    this.timer = new DeadlineTimer(timing);
    this.turns = new Turns({
      now: () => timing.now(),
      soon: (job) => (timing.soon ?? systemClock.soon)(job),
      // Not as `after` of the system: what waits keeps the process alive.
      later: (job) => void (clock?.after?.(0, job) ?? setTimeout(job)),
    });
  }

  /** Milliseconds; only differences mean something. */
  get now(): number {
    return this.timer.clock.now();
  }

  /** Has the platform come back then, in milliseconds since 1970, `Infinity` for never: where a timer would keep the instance from hibernating. It knows that already where it `isSet`. */
  wakeAt?: (due: number, isSet?: boolean) => void;

  /** Milliseconds since 1970. */
  readonly wall = (): number => {
    const { clock } = this.timer;
    return clock.wall === undefined ? systemClock.wall() : clock.wall();
  };

  /** Calls `job` once after `ms` milliseconds, at most 2^31 - 1, unless the returned function is called before. */
  readonly after = (ms: number, job: () => void): () => void => {
    const { clock } = this.timer;
    return clock.after === undefined
      ? systemClock.after(ms, job)
      : clock.after(ms, job);
  };

  /** What `make` makes, once for this host: deadlines of a part, for instance, which all instances have in one queue. */
  shared<T>(make: (services: this) => T): T {
    let made = this.#shared.get(make) as T | undefined;
    if (made === undefined) this.#shared.set(make, made = make(this));
    return made;
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
}
