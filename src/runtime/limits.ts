/** Bounds on what clients and handlers may cost. `options.limits` changes single ones. */
export interface Limits {
  /** Largest incoming message in bytes; past it the connection closes with 1009. A client's write of the state may be as large as `stateBytes` lets the state be. Default 1 MiB. */
  readonly messageBytes: number;
  /** Bytes sent to one connection that its peer has not taken; past it the connection closes with 1013. Default 4 MiB, or four times `stateBytes` where that is more. */
  readonly bufferedBytes: number;
  /** Frames of one connection that wait for `onStart` or `onConnect`; past it the connection closes with 1013. Default 4,096. */
  readonly waitingFrames: number;
  /** Bytes of those frames. Default 4 MiB, or four times `stateBytes` where that is more. */
  readonly waitingBytes: number;
  /** Bytes of a state as JSON; past it `setState` throws, and a client's write is refused. Default 1 MiB; a row on Workers holds 2 MB. */
  readonly stateBytes: number;
  /** Milliseconds for `onStart`; past it 1013, or 503 for a request. Default 30,000. */
  readonly startMs: number;
  /** Milliseconds for `getConnectionTags` and `onConnect` together; past it 1013. Also for `onBeforeConnect` and `onBeforeRequest`, each; past it 503. Default 10,000. */
  readonly connectMs: number;
  /** Milliseconds for the peer to answer a close frame, after which the connection counts as gone. Default 5,000. */
  readonly closeMs: number;
  /** Milliseconds for a storage to store what was written; past it the writing instances begin anew, as after a failure. Default 30,000. */
  readonly commitMs: number;
  /** Messages and frames of one connection in a second; past it 1008, after which clients stay away. Bursts of as many are let through. Default `Infinity`. */
  readonly messagesPerSecond: number;
  /** Calls of `onMessage` of one connection that have not settled; past it 1013. Default 10,000. */
  readonly pendingMessages: number;
  /** Bytes of those messages, and of others that came too fast to be handled at once; past it 1013. Default 32 MiB. */
  readonly pendingBytes: number;
  /** Calls of one connection that run at the same time; past it a call is answered with the error `TOO_MANY_CALLS`. Default 1,000. */
  readonly callsPerConnection: number;
  /** Bytes of what a client shows of itself, as JSON; past it it is refused. Default 2 KiB, which a socket on Workers keeps while its instance is not in memory. */
  readonly presenceBytes: number;
  /** Milliseconds for which the others still see what a client showed that lost its connection, or whose page is loaded anew; 0 for not at all. Default 2,000. */
  readonly presenceMs: number;
  /** Milliseconds in which a client may come back to its connection when it broke, and misses nothing; 0 for not at all. Default 30,000. */
  readonly sessionMs: number;
  /** Bytes of messages to one such client that it has not acknowledged; past it the oldest are not kept. Default 256 KiB. */
  readonly sessionBytes: number;
  /** Bytes of such messages of all connections of a host; what is broadcast counts once. Past it a connection that is sent more keeps fewer. Default 256 MiB. */
  readonly allSessionBytes: number;
  /** Connections of one instance; past it 1013. Default 32,768. */
  readonly connectionsPerInstance: number;
  /** Connections of all instances of a host; past it 503. Default 100,000. */
  readonly connections: number;
  /** Instances of a host in memory; past it 503. Default 100,000. */
  readonly instances: number;
  /** Jobs of one instance: schedules and items of the queue that wait, and those that failed; past it `schedule` and `queue` throw. Default 10,000. */
  readonly jobs: number;
  /** Bytes of a job's payload as JSON; past it `schedule` and `queue` throw. Default 256 KiB. */
  readonly jobBytes: number;
  /** Bytes after which a message in the log (`static options.log`) goes, when they have been logged after it; a single message that is larger can't be broadcast. Default 1 MiB; a row on Workers holds 2 MB. */
  readonly logBytes: number;
  /** Milliseconds without connections or work after which an instance leaves memory. Default 60,000. */
  readonly idleMs: number;
  /** Databases of instances that have their files open, two each; past it the one that was not used for longest is closed until it is needed. Not on Workers. Default 100. */
  readonly openDatabases: number;
  /** Bytes of the database of one instance in a cluster, which is fetched whole when the instance starts; past it a statement throws. Default 8 MiB. */
  readonly databaseBytes: number;
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
  commitMs: 30_000,
  messagesPerSecond: Infinity,
  pendingMessages: 10_000,
  pendingBytes: 32 * 1024 * 1024,
  callsPerConnection: 1000,
  presenceBytes: 2048,
  presenceMs: 2000,
  sessionMs: 30_000,
  sessionBytes: 256 * 1024,
  allSessionBytes: 256 * 1024 * 1024,
  connectionsPerInstance: 32_768,
  connections: 100_000,
  instances: 100_000,
  jobs: 10_000,
  jobBytes: 256 * 1024,
  logBytes: 1024 * 1024,
  idleMs: 60_000,
  openDatabases: 100,
  databaseBytes: 8 * 1024 * 1024,
};

/** Those that may be 0. */
const MAY_BE_OFF = ["presenceMs", "sessionMs"];

/** The defaults with `changes`. Throws a `RangeError` for what is no positive number. */
export function resolveLimits(changes: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new TypeError(`Cannot set limits: there is no limit "${name}"`);
    }
    const isOff = value === 0 && MAY_BE_OFF.includes(name);
    if (typeof value !== "number" || !(value > 0 || isOff)) {
      throw new RangeError(
        `Cannot set limits: ${name} must be a positive number: received ${value}`,
      );
    }
  }
  const limits = { ...DEFAULT_LIMITS, ...changes };
  // A state has to get through: where nothing else is said, the others leave room for it.
  const room = limits.stateBytes * 4;
  return {
    ...limits,
    bufferedBytes: changes.bufferedBytes ??
      Math.max(limits.bufferedBytes, room),
    waitingBytes: changes.waitingBytes ?? Math.max(limits.waitingBytes, room),
  };
}
