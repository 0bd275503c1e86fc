import { isThenable } from "../runtime/thenable.ts";
import { isSchedule, type Job } from "./job.ts";
import type { JobNews, JobOwner } from "./job_owner.ts";
import { backoffMs, retryPolicy } from "./retry.ts";

/** What became of a job. */
export type Outcome =
  | { readonly status: "done" }
  | {
    readonly status: "failed";
    readonly error: unknown;
    readonly attempts: number;
  }
  /** It is neither: the instance is gone, or the host ends. It stays as it is stored. */
  | { readonly status: "interrupted" };

/**
 * Calls the method of `job`, again when it throws, until it succeeded or was
 * tried often enough. `args` are what it gets. `stopped` cuts a wait short:
 * the next process goes on.
 */
export async function runJob(
  owner: JobOwner,
  job: Job,
  args: readonly unknown[],
  { signal }: AbortController,
  stopped: AbortSignal,
): Promise<Outcome> {
  let attempt = 0;
  try {
    const method = owner.method(job.callback);
    if (method === undefined) {
      throw new GivenUp(`this.${job.callback} is not a function`);
    }
    const policy = policyOf(owner, job);
    for (;;) {
      attempt++;
      report(owner, job, attempt === 1 ? "started" : "retried", {
        attempt,
      });
      try {
        const result = owner.call(method, args, signal);
        // What is synchronous ends in the turn in which it set the state.
        if (isThenable(result)) await result;
        return { status: "done" };
      } catch (error) {
        if (owner.gone !== undefined) return { status: "interrupted" };
        // Who cancelled it does not want it again.
        if (attempt >= policy.maxAttempts || signal.aborted) throw error;
      }
      await pause(owner, backoffMs(attempt, policy), [signal, stopped]);
      if (stopped.aborted) return { status: "interrupted" };
      if (signal.aborted) throw signal.reason;
    }
  } catch (error) {
    return { status: "failed", error, attempts: attempt };
  }
}

/** An error of the library itself, by which a job is given up. */
export class GivenUp extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Error";
  }
}

/** Tells who listens. */
export function report(
  owner: JobOwner,
  job: Job,
  status: JobNews["status"],
  more?: Pick<JobNews, "attempt" | "error" | "ms">,
): void {
  const { id, callback } = job;
  const kind = isSchedule(job) ? "schedule" : "queue";
  owner.emit(() => ({ status, id, callback, kind, ...more }));
}

/** Options of a class that make no sense are found when a job fails: they must not keep its instances from starting. */
function policyOf({ options }: JobOwner, { retry }: Job) {
  return retryPolicy(retry, options.retry);
}

/** Resolves after `ms` milliseconds, or when one of `signals` is aborted. */
export function pause(
  owner: Pick<JobOwner, "after">,
  ms: number,
  signals: readonly AbortSignal[] = [],
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      for (const signal of signals) signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = owner.after(ms, done);
    for (const signal of signals) {
      if (signal.aborted) return done();
      signal.addEventListener("abort", done);
    }
  });
}
