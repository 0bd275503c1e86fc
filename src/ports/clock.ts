/** The time, as the core asks for it. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Calls `tick` every `ms` milliseconds until the returned function is called. */
  every(ms: number, tick: () => void): () => void;
}
