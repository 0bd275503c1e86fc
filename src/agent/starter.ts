import { CloseCode } from "../protocol/close_codes.ts";
import type { Activity } from "../runtime/activity.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Invoker } from "../runtime/invoker.ts";
import type { Scope } from "../runtime/scope.ts";
import { hasMoved } from "../runtime/moved.ts";
import { isThenable } from "../runtime/thenable.ts";

/** The instance that starts. */
export interface StarterOwner extends Scope {
  readonly agent: { onStart(props: unknown): unknown };
  readonly host: HostServices;
  readonly invoker: Invoker;
  readonly activity: Activity;
  /** Has the parts prepare for `onStart`. */
  readonly parts: { start(): PromiseLike<void> | undefined };
  /** `onStart` is done. */
  started(): void;
  /** `onStart` takes too long, and still runs. */
  stuck(why: string): void;
}

/** Why an instance did not start, for those who waited. What was thrown is the `cause`; it went to `onError`, and no client hears of it. */
export class StartFailure extends Error {
  readonly code: number;
  readonly status: number;

  constructor(message: string, code: number, status: number, cause?: unknown) {
    super(message, { cause });
    this.name = "StartFailure";
    this.code = code;
    this.status = status;
  }
}

const starting = ({ timer, limits }: HostServices) =>
  new Deadlines<Starter>(
    timer,
    limits.startMs,
    (starter) => starter.timeOut(),
  );

/** Calls `onStart`, once for all who wait for it; again for the next one when it failed. */
export class Starter {
  #owner: StarterOwner;
  #started = false;
  #starting: Promise<void> | undefined;
  #props: unknown;
  #isOffered = false;
  #giveUp: ((failure: StartFailure) => void) | undefined;
  /** There when the start has taken longer than it may. */
  #late: StartFailure | undefined;

  constructor(owner: StarterOwner) {
    this.#owner = owner;
  }

  /** `undefined` when the instance has started; else a promise that it has, or of a {@linkcode StartFailure}. */
  start(): Promise<void> | undefined {
    if (this.#started) return undefined;
    // onStart still runs: another call of it must not, on the same object.
    if (this.#late !== undefined) return Promise.reject(this.#late);
    return this.#starting ?? this.#begin();
  }

  /** Keeps `props` for `onStart`, if they are those of the call that brings the instance into memory: the first one. */
  offer(props: unknown): void {
    if (this.#isOffered) return;
    this.#isOffered = true;
    this.#props = props;
  }

  timeOut(): void {
    const why = "onStart took too long";
    const late = this.#late = new StartFailure(why, CloseCode.OVERLOAD, 503);
    this.#giveUp?.(late);
    this.#owner.invoker.fail("onStart", late);
    this.#owner.stuck(why);
  }

  #begin(): Promise<void> | undefined {
    const { agent, invoker, host, activity, parts } = this.#owner;
    let result: unknown;
    try {
      const loading = parts.start();
      const start = () => invoker.call(this.#owner, agent.onStart, this.#props);
      result = loading === undefined ? start() : loading.then(start);
    } catch (error) {
      return Promise.reject(this.#failed(error));
    }
    if (!isThenable(result)) {
      this.#done();
      return undefined;
    }
    const deadlines = host.shared(starting);
    deadlines.add(this);
    activity.begin();
    this.#starting = new Promise<void>((resolve, reject) => {
      this.#giveUp = reject;
      result.then(
        () => resolve(this.#done()),
        (error) => reject(this.#failed(error)),
      );
    }).finally(() => {
      deadlines.delete(this);
      this.#starting = undefined;
      activity.end();
    });
    return this.#starting;
  }

  #done(): void {
    if (this.#late !== undefined) return;
    this.#started = true;
    this.#props = undefined;
    this.#owner.started();
  }

  #failed(error: unknown): StartFailure {
    // The next call that comes brings its own.
    this.#isOffered = false;
    this.#props = undefined;
    if (hasMoved(error)) {
      return new StartFailure("restarting", CloseCode.RESTART, 503, error);
    }
    this.#owner.invoker.fail("onStart", error);
    return new StartFailure("internal error", CloseCode.INTERNAL, 500, error);
  }
}
