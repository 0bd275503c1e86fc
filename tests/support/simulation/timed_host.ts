import {
  type Agent,
  type AgentClasses,
  type AgentHandle,
  createHost,
  type Host,
  type HostOptions,
  type Storage,
} from "../../../mod.ts";
import { MemoryStorage } from "../../../src/durability/memory_storage.ts";
import { drained, VirtualTime } from "./virtual_time.ts";

/** The longest time that a runtime waits; more is no time at all. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** A host whose clocks a test sets: the one on the wall, and the one that does not jump. */
export class TimedHost {
  readonly time: VirtualTime;
  /** What the wall clock is ahead of the other one. */
  ahead: number;
  /** What a host waited for longest. */
  longest = 0;
  readonly storage: Storage;
  host: Host<undefined>;
  #classes: AgentClasses;
  #options: HostOptions;

  constructor(
    seed: number,
    classes: AgentClasses,
    options: HostOptions = {},
    start = "2026-01-01T00:00:00Z",
  ) {
    this.time = new VirtualTime(seed);
    this.time.settle = drained;
    this.ahead = Date.parse(start);
    this.storage = options.storage ?? new MemoryStorage();
    this.#classes = classes;
    this.#options = options;
    this.host = this.#make();
  }

  /** What the clock on the wall shows. */
  get wall(): number {
    return this.ahead + this.time.time;
  }

  getAgent<T extends Agent>(agent: string, name: string): AgentHandle<T> {
    return this.host.getAgent<T>(agent, name);
  }

  /** Resolves with what `work` does. What that waits for, other than time, goes on. */
  async do<T>(work: Promise<T>): Promise<T> {
    let finished = false;
    const done = work.finally(() => finished = true);
    done.catch(() => {});
    while (!finished) await this.time.run(this.time.time);
    return await done;
  }

  /** Lets so many milliseconds pass, and what is due in them happen. */
  async pass(ms: number): Promise<void> {
    await this.time.run(this.time.time + ms);
  }

  /** The process ends as by kill -9, and another one begins on the same store. */
  restart(): void {
    this.#epoch++;
    this.host = this.#make();
  }

  #epoch = 0;

  #make(): Host<undefined> {
    const epoch = this.#epoch;
    const { time } = this;
    const storage = this.storage;
    const isOver = () => epoch !== this.#epoch;
    const after = (ms: number, job: () => void) => {
      if (ms > MAX_TIMEOUT) throw new RangeError(`${ms} ms are too long`);
      this.longest = Math.max(this.longest, ms);
      return time.after(ms, () => {
        if (!isOver()) job();
      });
    };
    return createHost(this.#classes, {
      ...this.#options,
      storage: {
        load: (address) => storage.load(address),
        commit: (writes) => isOver() ? undefined : storage.commit(writes),
        jobs: (address) => storage.jobs!(address),
        due: (query) => storage.due!(query),
        close: () => {},
      },
      clock: {
        now: () => time.time,
        wall: () => this.wall,
        after,
        every: (ms, tick) => {
          let cancel = after(ms, again);
          function again() {
            cancel = after(ms, again);
            tick();
          }
          return () => cancel();
        },
        soon: (job) => void after(0, job),
      },
    }, { upgrade: () => undefined });
  }
}
