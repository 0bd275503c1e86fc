import type { AsyncContext } from "../ports/async_context.ts";
import type { Clock } from "../ports/clock.ts";
import type { Storage } from "../ports/storage.ts";
import { type CommitListener, Commits } from "../durability/commits.ts";
import type { HostEvent } from "../runtime/events.ts";
import { HostServices } from "../runtime/host_services.ts";
import type { Limits } from "../runtime/limits.ts";
import type { Alarm } from "../schedules/owner.ts";
import { systemClock } from "../runtime/system_clock.ts";

/** What instances are given by whoever keeps them. */
export interface InstanceHostOptions {
  /** Changes to the default limits. */
  limits?: Partial<Limits> | undefined;
  /** An `AsyncLocalStorage`: makes `getCurrentAgent()` work past an await. */
  context?: AsyncContext | undefined;
  /** Called with what happens, at once and on the way: it should be quick. What it throws is logged. */
  onEvent?: ((event: HostEvent) => void) | undefined;
  /** The time, for tests. Default the system's. */
  clock?: Clock | undefined;
  /**
   * Whether a client gets the message of what a method it called threw.
   * Default `true`; `false` replaces it by `Internal error`, except for a
   * `CallError`, which is meant for the client. Stacks are never sent.
   */
  exposeErrors?: boolean | undefined;
  /** Where states are kept; closed with the host. Default: in memory, for the life of the process. */
  storage?: Storage | undefined;
}

/** What the instances of one host share: services, and the store. */
export abstract class HostContext extends HostServices {
  readonly exposeErrors: boolean;
  /** What wakes them for their jobs. */
  abstract readonly alarm: Alarm;
  readonly commits: Commits;

  constructor(options: InstanceHostOptions, storage: Storage) {
    super(options);
    this.exposeErrors = options.exposeErrors !== false;
    const { timer, limits: { commitMs } } = this;
    const soon = (job: () => void) =>
      options.clock?.soon === undefined
        ? systemClock.soon(job)
        : options.clock.soon(job);
    const ended: CommitListener = (instances, ms, failure) =>
      this.emit(() => ({ type: "commit", instances, ms, ...failure }));
    this.commits = new Commits(storage, {
      soon,
      timer,
      commitMs,
      ended: this.isObserved ? ended : undefined,
    });
  }
}
