import type { AgentAddress } from "../ports/agent_address.ts";
import type { DueJob, DuePosition } from "../ports/jobs.ts";
import type { Storage } from "../ports/storage.ts";
import { isThenable } from "../runtime/thenable.ts";

/** What the timer needs of a host. */
export interface DueTimerHost {
  readonly storage: Pick<Storage, "due">;
  /** The wall clock. */
  now(): number;
  /** A clock that does not jump. */
  steady(): number;
  after(ms: number, job: () => void): () => void;
  /**
   * Brings an instance into memory, and runs what is due of it. `crowded`
   * tells whether others wait for that. Rejects when it did not come to it;
   * `false` when nobody serves its class.
   */
  wake(address: AgentAddress, crowded: () => boolean): Promise<boolean>;
}

/** Instances that are brought into memory at the same time; others are served in between. */
const MAX_STARTING = 32;
/** So long an instance counts as one of those; what it has to do may take longer. */
const START_MS = 50;
/** The clock is looked at so often while something waits for its time, in case it jumps. */
const MAX_SLEEP_MS = 60_000;
const JUMP_MS = 1000;
const PAGE = 256;
const FIRST_REST_MS = 1000;
const MAX_REST_MS = 5 * 60_000;
/** Its rest is over, and it has not been tried yet. */
const RESTED = Infinity;

/**
 * The one timer of a host for the jobs of all its instances. What is due is
 * asked of the storage, by its index: what waits costs no memory.
 */
export class DueTimer {
  #host: DueTimerHost;
  /** Jobs that are due up to here have been read: their instances are in memory, on the page, or resting. */
  #seen: DuePosition | undefined;
  #page: DueJob[] = [];
  /** Instances that are brought into memory, or run what is due. */
  #driving = new Set<string>();
  /** Those of `#driving` that have another job due since. */
  #again = new Set<string>();
  /** Instances that did not come to their jobs: when they may try again, and how often they have. */
  #resting = new Map<string, { until: number; times: number }>();
  #starting = 0;
  /** Sweeps that wait for the page to be empty. */
  #waiters: (() => void)[] = [];
  #sweeping = false;
  #cancelNext: (() => void) | undefined;
  #cancel: (() => void) | undefined;
  #armed: number | undefined;
  /** Wall clock less steady clock: differs when the former has jumped. */
  #offset: number;
  #stopped = false;
  /** The storage has got jobs that the sweep under way may have missed. */
  #isStale = false;

  constructor(host: DueTimerHost) {
    this.#host = host;
    this.#offset = host.now() - host.steady();
  }

  /** Sees to what became due while no process did. Without jobs nothing is begun. */
  begin(): void {
    if (this.#host.storage.due === undefined) return;
    try {
      const found = this.#host.storage.due({ until: Infinity, limit: 1 });
      if (isThenable(found) || found.length > 0) this.#arm(0);
    } catch {
      // The sweep says what is wrong.
      this.#arm(0);
    }
  }

  /** Looks anew at everything that is due: the storage has more than it had. */
  renew(): void {
    if (this.#host.storage.due === undefined) return;
    this.#isStale = true;
    this.#seen = undefined;
    this.#arm(0);
  }

  /** An instance in memory has a job that is due then. */
  notice(address: AgentAddress, due: number): void {
    if (this.#stopped) return;
    if (due <= this.#host.now()) {
      const key = keyOf(address);
      if (this.#driving.has(key)) this.#again.add(key);
      else {
        this.#page.push({ ...address, due, every: null });
        this.#next();
      }
      return;
    }
    if (this.#seen !== undefined && due <= this.#seen.due) {
      this.#seen = { due: due - 1, agent: "", name: "" };
    }
    const now = this.#host.now();
    if (this.#armed === undefined || due < this.#armed) {
      this.#arm(due - now, due);
    } else if (this.#armed <= now) {
      // The clock was set forward: what it is armed for is overdue.
      this.#arm(0);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancelNext?.();
    this.#page = [];
  }

  #arm(wait: number, due = this.#host.now() + wait): void {
    if (this.#stopped) return;
    this.#cancel?.();
    this.#armed = due;
    // Longer than 2^31 - 1 ms would be at once.
    const ms = Math.min(Math.max(0, wait), MAX_SLEEP_MS);
    this.#cancel = this.#host.after(ms, () => this.#fire());
  }

  #fire(): void {
    this.#cancel = undefined;
    this.#armed = undefined;
    const now = this.#host.now();
    const offset = now - this.#host.steady();
    const hasJumpedBack = offset < this.#offset - JUMP_MS;
    this.#offset = offset;
    for (const rest of this.#resting.values()) {
      if (rest.until > this.#host.steady()) continue;
      rest.until = RESTED;
      // What is due of it is before what was seen since.
      this.#seen = undefined;
    }
    void this.#sweep(hasJumpedBack);
  }

  /** Hands over everything that is due, then waits for what is due next. */
  async #sweep(hasJumpedBack: boolean): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#isStale = false;
    try {
      if (hasJumpedBack) await this.#wakeIntervals();
      for (;;) {
        const until = this.#host.now();
        const rows = await this.#ask(until, PAGE);
        if (this.#stopped) return;
        this.#page.push(...rows);
        this.#next();
        if (rows.length < PAGE) {
          this.#seen = { due: Math.floor(until) + 1, agent: "", name: "" };
          break;
        }
        this.#seen = rows[rows.length - 1];
        while (this.#page.length > 0 && !this.#stopped) await this.#room();
      }
      for (const [key, { until }] of this.#resting) {
        // Nothing is due of it any more.
        if (until === RESTED && !this.#driving.has(key)) {
          this.#resting.delete(key);
        }
      }
      const [next] = await this.#ask(Infinity, 1);
      this.#armNext(next?.due);
    } catch (error) {
      console.error("Cannot ask the storage which jobs are due:", error);
      this.#arm(FIRST_REST_MS);
    } finally {
      this.#sweeping = false;
      if (this.#isStale) this.renew();
    }
  }

  async #ask(until: number, limit: number): Promise<readonly DueJob[]> {
    const found = this.#host.storage.due!({ after: this.#seen, until, limit });
    // A promise more would be a turn more.
    return isThenable(found) ? await found : found;
  }

  #armNext(due: number | undefined): void {
    let wait = due === undefined ? Infinity : due - this.#host.now();
    const steady = this.#host.steady();
    for (const { until } of this.#resting.values()) {
      wait = Math.min(wait, Math.max(0, until - steady));
    }
    const isEarlier = this.#armed !== undefined &&
      this.#armed <= this.#host.now() + wait;
    if (wait !== Infinity && !isEarlier) this.#arm(wait);
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Wakes the instances of the page as far as there is room. */
  #next(): void {
    let at = 0;
    while (at < this.#page.length && this.#starting < MAX_STARTING) {
      const { agent, name } = this.#page[at++];
      const address = { agent, name };
      const key = keyOf(address);
      if (this.#driving.has(key)) continue;
      const rest = this.#resting.get(key);
      if (rest !== undefined && rest.until !== RESTED) {
        continue;
      }
      this.#wake(address, key);
    }
    this.#page.splice(0, at);
    if (this.#page.length === 0) {
      for (const resolve of this.#waiters.splice(0)) resolve();
    }
  }

  #wake(address: AgentAddress, key: string): void {
    this.#driving.add(key);
    this.#starting++;
    let counts = true;
    const started = () => {
      if (!counts) return;
      counts = false;
      this.#starting--;
      // Not at once: those who wait for other things get their turn.
      if (this.#page.length === 0) return this.#next();
      this.#cancelNext ??= this.#host.after(0, () => {
        this.#cancelNext = undefined;
        this.#next();
      });
    };
    const cancel = this.#host.after(START_MS, started);
    this.#host.wake(address, () => this.#page.length > 0).then(
      () => {
        this.#driving.delete(key);
        this.#resting.delete(key);
        if (!this.#again.delete(key) || this.#stopped) return;
        this.#page.push({ ...address, due: 0, every: null });
        // Else `started` does that.
        if (!counts) this.#next();
      },
      () => {
        this.#driving.delete(key);
        this.#again.delete(key);
        if (!this.#stopped) this.#rest(key);
      },
    ).finally(() => {
      cancel();
      started();
    });
  }

  #rest(key: string): void {
    const times = (this.#resting.get(key)?.times ?? 0) + 1;
    const ms = Math.min(FIRST_REST_MS * 2 ** (times - 1), MAX_REST_MS);
    this.#resting.set(key, { until: this.#host.steady() + ms, times });
    if (this.#armed === undefined || this.#armed > this.#host.now() + ms) {
      this.#arm(ms);
    }
  }

  /** The clock was set back: an interval does not wait longer for that. */
  async #wakeIntervals(): Promise<void> {
    this.#seen = undefined;
    const now = this.#host.now();
    let after: DuePosition | undefined;
    for (;;) {
      const rows = await this.#host.storage.due!({
        after,
        until: Infinity,
        limit: PAGE,
      });
      const late = rows.filter(({ due, every }) =>
        every !== null && due > now + every
      );
      this.#page.push(...late);
      this.#next();
      while (this.#page.length > 0 && !this.#stopped) await this.#room();
      if (rows.length < PAGE || this.#stopped) return;
      after = rows[rows.length - 1];
    }
  }
}

function keyOf({ agent, name }: AgentAddress): string {
  return `${agent}\n${name}`;
}
