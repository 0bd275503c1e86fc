import type { JobChange, StoredJob } from "../ports/jobs.ts";
import type { Part } from "../runtime/part.ts";
import { isThenable } from "../runtime/thenable.ts";
import type { JobNews, JobOwner } from "./job_owner.ts";
import { Jobs } from "./jobs.ts";
import { KeepAlive } from "./keep_alive.ts";
import type { SchedulesOwner } from "./owner.ts";
import { retry, type RetryCallOptions, retryPolicy } from "./retry.ts";
import { pause } from "./runner.ts";
import type { JobOptions } from "./types.ts";

const NO_OPTIONS: JobOptions = {};
const KEEP_ALIVE_MS = 30_000;

/** What an instance does later. Of an instance that has nothing to, this is all there is in memory. */
export class Schedules implements Part {
  #owner: SchedulesOwner;
  #jobs: Jobs | undefined;
  #keepAlive: KeepAlive | undefined;
  /** Whether it is known what is stored, and that the storage can. */
  #loaded: "no" | "yes" | "nothing" = "no";
  #gone: string | undefined;

  constructor(owner: SchedulesOwner) {
    this.#owner = owner;
  }

  start(): PromiseLike<void> | undefined {
    if (this.#loaded !== "no") return undefined;
    const { storage, address } = this.#owner;
    const found = storage.jobs?.(address);
    if (isThenable(found)) {
      return (found as Promise<readonly StoredJob[]>).then((all) =>
        this.#take(all)
      );
    }
    this.#take(found);
  }

  /** The jobs, to make some or look at them. Throws where that can't be. */
  get jobs(): Jobs {
    if (this.#gone !== undefined) {
      throw new Error(`Cannot schedule: ${this.#gone}`);
    }
    if (this.#loaded === "yes") return this.#made;
    throw new Error(
      this.#loaded === "no"
        ? "Cannot schedule in a constructor: what is stored is not known yet; do it in onStart"
        : "Cannot schedule: the host's storage keeps no jobs",
    );
  }

  /** Runs what is due. The instance has started. Rejects when it is lost meanwhile. */
  drive(): Promise<void> {
    return this.#made.driver.drive();
  }

  /** `this.keepAlive`. */
  hold(): () => void {
    const { activity, host } = this.#owner;
    this.#keepAlive ??= new KeepAlive(activity, () => {
      if (host.alarm.keepsAliveBy !== undefined && this.#gone === undefined) {
        this.#made.driver.arm();
      }
    });
    return this.#keepAlive.hold();
  }

  /** `this.retry`. */
  retry<T>(
    attempt: (attempt: number) => T | Promise<T>,
    options?: RetryCallOptions,
  ): Promise<T> {
    const policy = retryPolicy(options, this.#options.retry);
    const { after } = this.#owner.host;
    const wait = (ms: number) => pause({ after }, ms);
    return retry(attempt, policy, options?.shouldRetry, wait);
  }

  /** The host ends: nothing is begun any more. */
  shutDown(): void {
    this.#jobs?.driver.stop();
  }

  evict(why: string): void {
    this.#gone ??= why;
    this.#jobs?.driver.stop();
  }

  get #options(): JobOptions {
    return this.#owner.kind.agentClass.options ?? NO_OPTIONS;
  }

  get #made(): Jobs {
    return this.#jobs ??= new Jobs(this.#ownerOfJobs());
  }

  #take(found: readonly StoredJob[] | undefined): void {
    this.#loaded = found === undefined ? "nothing" : "yes";
    if (found !== undefined && found.length > 0) this.#made.take(found);
  }

  #ownerOfJobs(): JobOwner {
    const { agent, address, host, activity, invoker } = this.#owner;
    const { storage, writes } = this.#owner;
    const owner = this.#owner;
    const isGone = () => this.#gone;
    const keepAliveMs = () => {
      if (host.alarm.keepsAliveBy === undefined) return undefined;
      // A job that hangs would end with an object that goes to sleep.
      const isHeld = this.#keepAlive?.isOn || this.#jobs?.driver.isRunning;
      if (!isHeld) return undefined;
      return this.#options.keepAliveIntervalMs ?? KEEP_ALIVE_MS;
    };
    return {
      options: this.#options,
      limits: host.limits,
      exposeErrors: host.exposeErrors,
      isObserved: host.isObserved,
      get isStarting() {
        return !owner.isStarted;
      },
      get gone() {
        return isGone();
      },
      now: host.wall,
      steady: () => host.now,
      after: host.after,
      save(changes: readonly JobChange[]) {
        writes.saveJobs(changes);
      },
      durable: () => storage.gated ? storage.sync?.() : writes.durable(),
      method(name) {
        const method = (agent as Record<string, unknown>)[name];
        return typeof method === "function" && name !== "constructor"
          ? method as (...args: unknown[]) => unknown
          : undefined;
      },
      call: (method, args, signal) =>
        invoker.call({ agent, signal }, method, ...args),
      fail: (error) => invoker.fail("schedule", error),
      async alarm() {
        const { onAlarm } = owner.hooks;
        if (onAlarm === undefined) return;
        try {
          await invoker.call(owner, onAlarm);
        } catch (error) {
          invoker.fail("onAlarm", error);
        }
      },
      begin: () => activity.begin(),
      end: () => activity.end(),
      emit(news: () => JobNews) {
        host.emit(() => ({ type: "schedule", ...address, ...news() }));
      },
      wakeAt(due) {
        const alive = keepAliveMs();
        const until = alive === undefined ? Infinity : host.wall() + alive;
        const next = Math.min(due ?? Infinity, until);
        const wake = () =>
          host.alarm.wakeAt(address, next === Infinity ? undefined : next);
        // Who looks for it in the storage has to find it there.
        const pending = next <= host.wall() ? undefined : writes.durable();
        if (pending === undefined) wake();
        else pending.then(wake, () => {});
      },
    };
  }
}
