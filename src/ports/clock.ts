/** The time, as the core asks for it. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Calls `tick` every `ms` milliseconds until the returned function is called. */
  every(ms: number, tick: () => void): () => void;
  /** Milliseconds since 1970, by the wall clock, which may jump. Default `Date.now()`. */
  wall?(): number;
  /** Calls `job` once after `ms` milliseconds, at most 2^31 - 1, unless the returned function is called before. Default `setTimeout`. */
  after?(ms: number, job: () => void): () => void;
  /** Calls `job` in the next turn of the event loop, after the events of this one. Default: as the runtime can do it. */
  soon?(job: () => void): void;
}
