import type { ScheduleEvent } from "../runtime/events.ts";
import type { JobChange } from "../ports/jobs.ts";
import type { JobOptions } from "./types.ts";

/** What is reported of a job. */
export type JobNews = Omit<ScheduleEvent, "type" | "agent" | "name">;

/** What the jobs of an instance need of it. */
export interface JobOwner {
  readonly options: JobOptions;
  readonly limits: { readonly jobs: number; readonly jobBytes: number };
  /** Whether `onStart` runs. */
  readonly isStarting: boolean;
  /** Whether what goes wrong may be told to whoever develops the app. */
  readonly exposeErrors: boolean;
  /** Whether somebody hears what is emitted. */
  readonly isObserved: boolean;
  /** Why nothing can be made any more. */
  readonly gone: string | undefined;
  /** The wall clock. */
  now(): number;
  /** A clock that does not jump. */
  steady(): number;
  after(ms: number, job: () => void): () => void;
  /** Has `changes` stored, in one commit with what else happens in this turn. */
  save(changes: readonly JobChange[]): void;
  /** Resolves when all that was saved is durable, and rejects when it is lost. */
  durable(): Promise<void> | undefined;
  /** The method of this name, if it is one. */
  method(name: string): ((...args: unknown[]) => unknown) | undefined;
  /** Calls `method` on behalf of the instance alone; `signal` is what it finds in `getCurrentAgent()`. */
  call(
    method: (...args: unknown[]) => unknown,
    args: readonly unknown[],
    signal: AbortSignal,
  ): unknown;
  /** Hands what a job threw to `onError`. */
  fail(error: unknown): void;
  /** Calls `onAlarm`, if the class has one. */
  alarm(): unknown;
  /** Keeps the instance in memory until as many `end` have followed. */
  begin(): void;
  end(): void;
  emit(news: () => JobNews): void;
  /** Has the instance woken at this time, in place of the time before; `undefined` for not at all. */
  wakeAt(due: number | undefined): void;
}
