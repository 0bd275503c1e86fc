/** Bounds on what clients and handlers may cost. `options.limits` changes single ones. */
export interface Limits {
  /** Largest incoming message in bytes; past it the connection closes with 1009. Default 1 MiB. */
  readonly messageBytes: number;
  /** Bytes sent to one connection that its peer has not taken; past it the connection closes with 1013. Default 4 MiB. */
  readonly bufferedBytes: number;
  /** Frames of one connection that wait for `onStart` or `onConnect`; past it the connection closes with 1013. Default 4,096. */
  readonly waitingFrames: number;
  /** Bytes of those frames. Default 4 MiB. */
  readonly waitingBytes: number;
  /** Bytes of a state as JSON; past it `setState` throws, and a client's write is refused. Default 1 MiB; a row on Workers holds 2 MB. */
  readonly stateBytes: number;
  /** Milliseconds for `onStart`; past it 1013, or 503 for a request. Default 30,000. */
  readonly startMs: number;
  /** Milliseconds for `getConnectionTags` and `onConnect` together; past it 1013. Default 10,000. */
  readonly connectMs: number;
  /** Milliseconds for the peer to answer a close frame, after which the connection counts as gone. Default 5,000. */
  readonly closeMs: number;
  /** Calls of one connection that run at the same time; past it a call is answered with the error `TOO_MANY_CALLS`. Default 1,000. */
  readonly callsPerConnection: number;
  /** Connections of one instance; past it 1013. Default 32,768. */
  readonly connectionsPerInstance: number;
  /** Connections of all instances of a host; past it 503. Default 100,000. */
  readonly connections: number;
  /** Instances of a host in memory; past it 503. Default 100,000. */
  readonly instances: number;
  /** Milliseconds without connections or work after which an instance leaves memory. Default 60,000. */
  readonly idleMs: number;
}

/** The limits of a host that sets none. */
export const DEFAULT_LIMITS: Limits = {
  messageBytes: 1024 * 1024,
  bufferedBytes: 4 * 1024 * 1024,
  waitingFrames: 4096,
  waitingBytes: 4 * 1024 * 1024,
  stateBytes: 1024 * 1024,
  startMs: 30_000,
  connectMs: 10_000,
  closeMs: 5_000,
  callsPerConnection: 1000,
  connectionsPerInstance: 32_768,
  connections: 100_000,
  instances: 100_000,
  idleMs: 60_000,
};

/** The defaults with `changes`. Throws a `RangeError` for what is no positive number. */
export function resolveLimits(changes: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new TypeError(`Cannot set limits: there is no limit "${name}"`);
    }
    if (typeof value !== "number" || !(value > 0)) {
      throw new RangeError(
        `Cannot set limits: ${name} must be a positive number: received ${value}`,
      );
    }
  }
  return { ...DEFAULT_LIMITS, ...changes };
}
