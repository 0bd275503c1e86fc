import type { Part, PartType } from "../runtime/part.ts";
import * as operations from "./operations.ts";
import type { RetryCallOptions } from "./retry.ts";
import { Schedules } from "./schedules.ts";
import type {
  FailedSchedule,
  IntervalOptions,
  QueueItem,
  QueueOptions,
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
} from "./types.ts";

/** Where an agent finds its parts. */
export interface PartsOfAgent {
  /** The part of this class, made now if it is not there. */
  get<P extends Part>(type: PartType<P>): P;
}

/**
 * What an `Agent` does later. Extend `Agent`, which has all of this.
 *
 * A job is a call of one of the agent's own methods, by its name: at a time,
 * after a delay, at every interval, by a cron expression, or as soon as its
 * turn comes in the queue. It is stored, in one commit with the state that
 * was set in the same turn; the method is called when it is due, never before,
 * also when nobody is connected, and after the process was killed. It runs at
 * least once: once more when the process ended while it ran.
 *
 * The method is called after `onStart`, with the payload and a description of
 * the job; `getCurrentAgent()` has the agent and, as `signal`, what is aborted
 * when the job is cancelled or hangs. When it throws it is called again, up to
 * three times by default, and is then given up: `onError` gets the error, and
 * {@linkcode SchedulingAgent.listFailedSchedules} has the job. What is due of
 * one instance runs one after another, in the order of the times, and then in
 * the order in which it was made.
 */
export class SchedulingAgent {
  #parts: PartsOfAgent;

  /** Called by `Agent`. */
  constructor(parts: object) {
    this.#parts = parts as PartsOfAgent;
  }

  /**
   * Has `callback` called at a `Date`, after so many seconds (a number, also
   * a fraction), or whenever a cron expression says so (a text of five fields,
   * six with seconds, or `@daily` and its like; in UTC, or in
   * `options.timeZone`). What lies in the past is called at once.
   *
   * An equal cron expression is not stored twice; `options.id` replaces what
   * has that id. Rejects, and stores nothing, for an unknown method, a time
   * that is none, a payload that is no JSON or larger than `limits.jobBytes`,
   * and when the instance has `limits.jobs` already. `schedule`, `queue` and
   * their kin may be called from `onStart` on, not in a constructor.
   *
   * @example
   * ```ts
   * import { Agent } from "@roam/agents";
   *
   * class Auction extends Agent<unknown, { open: boolean }> {
   *   static callable = ["open"];
   *   async open() {
   *     this.setState({ open: true });
   *     await this.schedule(30, "close", { reason: "time is up" }, { id: "hammer" });
   *   }
   *   close({ reason }: { reason: string }) {
   *     this.setState({ open: false });
   *     this.broadcast(reason);
   *   }
   * }
   * ```
   */
  async schedule<T = string>(
    when: Date | string | number,
    callback: keyof this,
    payload?: T,
    options?: ScheduleOptions,
  ): Promise<Schedule<T>> {
    return await operations.schedule(
      this.#jobs,
      when,
      callback as string,
      payload as T,
      options,
    );
  }

  /**
   * Has `callback` called every so many seconds, more than 0 and at most 30
   * days; for the first time when they have passed once. The times stay where
   * they are however long a call takes; those that are missed are left out.
   * An equal one is not stored twice.
   */
  async scheduleEvery<T = string>(
    seconds: number,
    callback: keyof this,
    payload?: T,
    options?: IntervalOptions,
  ): Promise<Schedule<T>> {
    return await operations.scheduleEvery(
      this.#jobs,
      seconds,
      callback as string,
      payload as T,
      options,
    );
  }

  /** The schedule with this id, also while it runs; `undefined` when there is none. */
  async getScheduleById<T = string>(
    id: string,
  ): Promise<Schedule<T> | undefined> {
    return await operations.getSchedule<T>(this.#jobs, id);
  }

  /** The schedules that fit, in the order of their times. */
  async listSchedules<T = string>(
    criteria?: ScheduleCriteria,
  ): Promise<Schedule<T>[]> {
    return await operations.listSchedules<T>(this.#jobs, criteria);
  }

  /** The same as {@linkcode SchedulingAgent.getScheduleById}, at once. @deprecated Use `getScheduleById`. */
  getSchedule<T = string>(id: string): Schedule<T> | undefined {
    return operations.getSchedule<T>(this.#jobs, id);
  }

  /** The same as {@linkcode SchedulingAgent.listSchedules}, at once. @deprecated Use `listSchedules`. */
  getSchedules<T = string>(criteria?: ScheduleCriteria): Schedule<T>[] {
    return operations.listSchedules<T>(this.#jobs, criteria);
  }

  /** Removes a schedule, or a failed job; `false` when there is none with this id. If it runs, its signal is aborted; what it does stays. */
  async cancelSchedule(id: string): Promise<boolean> {
    return await operations.cancelSchedule(this.#jobs, id);
  }

  /** The jobs that were given up, the oldest first: the last 100 of the instance. What repeats is not among them, since it goes on. */
  async listFailedSchedules(): Promise<FailedSchedule[]> {
    return await operations.listFailed(this.#jobs);
  }

  /** Has a failed job run again, now; `false` when none has this id. */
  async retrySchedule(id: string): Promise<boolean> {
    return await operations.retryFailed(this.#jobs, id);
  }

  /** Called without arguments after the jobs that were due, each time the instance was woken for some. */
  onAlarm(): void | Promise<void> {}

  /**
   * Has `callback` called as soon as its turn comes: items of the queue run
   * one after another, in the order in which they were added, and between the
   * schedules. Resolves with the id.
   */
  async queue<T = unknown>(
    callback: keyof this,
    payload: T,
    options?: QueueOptions,
  ): Promise<string> {
    return await operations.queue(
      this.#jobs,
      callback as string,
      payload,
      options,
    );
  }

  /** Removes an item of the queue; `false` when none has this id. */
  async dequeue(id: string): Promise<boolean> {
    const known = this.#jobs.table.get(id);
    return await operations.dequeue(this.#jobs, (job) => job === known) > 0;
  }

  /** Removes all items of the queue, and resolves with their number. */
  async dequeueAll(): Promise<number> {
    return await operations.dequeue(this.#jobs, () => true);
  }

  /** Removes the items of the queue that call this method, and resolves with their number. */
  async dequeueAllByCallback(callback: string): Promise<number> {
    return await operations.dequeue(
      this.#jobs,
      (job) => job.callback === callback,
    );
  }

  /** The item of the queue with this id. */
  async getQueue<T = string>(id: string): Promise<QueueItem<T> | undefined> {
    return await operations.getQueue<T>(this.#jobs, id);
  }

  /** The items of the queue whose payload is an object that has `value` under `key`. */
  async getQueues<T = string>(
    key: string,
    value: unknown,
  ): Promise<QueueItem<T>[]> {
    return await operations.getQueues<T>(this.#jobs, key, value);
  }

  /**
   * Calls `attempt` with 1, 2, … until it does not throw, and resolves with
   * what it returns; rejects with the last error. Waits in between, a random
   * time that grows. Nothing of it is stored. Throws for options that make no
   * sense.
   */
  async retry<T>(
    attempt: (attempt: number) => T | Promise<T>,
    options?: RetryCallOptions,
  ): Promise<T> {
    return await this.#parts.get(Schedules).retry(attempt, options);
  }

  /**
   * Keeps the instance in memory until the returned function is called.
   * Nothing is stored: it does not outlive the process.
   */
  async keepAlive(): Promise<() => void> {
    return await this.#parts.get(Schedules).hold();
  }

  /** Keeps the instance in memory while `work` runs, and resolves with its result. */
  async keepAliveWhile<T>(work: () => T | Promise<T>): Promise<T> {
    const release = this.#parts.get(Schedules).hold();
    try {
      return await work();
    } finally {
      release();
    }
  }

  get #jobs() {
    return this.#parts.get(Schedules).jobs;
  }
}
