/** The time, as the core asks for it. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Calls `tick` every `ms` milliseconds until the returned function is called. */
  every(ms: number, tick: () => void): () => void;
  /** Calls `job` in the next turn of the event loop, after the events of this one. Default: as the runtime can do it. */
  soon?(job: () => void): void;
}
