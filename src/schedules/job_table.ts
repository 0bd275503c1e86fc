import type { Job } from "./job.ts";

/** The jobs of one instance, by id and in the order in which they are due. */
export class JobTable {
  #byId = new Map<string, Job>();
  /** Jobs that have a due time and do not run. */
  #waiting: Job[] = [];

  get size(): number {
    return this.#byId.size;
  }

  /** Throws a `TypeError` for an object: that is a job, or a promise of one, and would never be found. */
  get(id: string): Job | undefined {
    if (id !== null && typeof id === "object") {
      throw new TypeError("Cannot find a job: give its id, a string");
    }
    return this.#byId.get(id);
  }

  /** In the order in which they came. */
  all(): Iterable<Job> {
    return this.#byId.values();
  }

  /** Adds `job` in place of the one with its id, which is returned. */
  put(job: Job): Job | undefined {
    const previous = this.#byId.get(job.id);
    if (previous !== undefined) this.hold(previous);
    this.#byId.set(job.id, job);
    this.wait(job);
    return previous;
  }

  remove(job: Job): void {
    this.hold(job);
    if (this.#byId.get(job.id) === job) this.#byId.delete(job.id);
  }

  /** Whether the table has `job` itself, and nothing that took its place. */
  has(job: Job): boolean {
    return this.#byId.get(job.id) === job;
  }

  /** The job that is due first, and does not run. */
  get first(): Job | undefined {
    return this.#waiting[this.#waiting.length - 1];
  }

  /** The job waits for its time again. */
  wait(job: Job): void {
    if (job.due !== null) this.#waiting.splice(this.#placeOf(job), 0, job);
  }

  /** The job waits no more: it runs, or another time is going to be set. */
  hold(job: Job): void {
    if (job.due === null) return;
    const place = this.#placeOf(job);
    if (this.#waiting[place] === job) this.#waiting.splice(place, 1);
  }

  /** Where `job` is, or would be: the last one is due first. */
  #placeOf(job: Job): number {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(job, this.#waiting[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isBefore(a: Job, b: Job): boolean {
  return a.due! < b.due! || (a.due === b.due && a.order < b.order);
}
