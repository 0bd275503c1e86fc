/** Where in an instance's life something happened. */
export type Stage =
  | "onStart"
  | "getConnectionTags"
  | "shouldConnectionBeReadonly"
  | "shouldSendProtocolMessages"
  | "onConnect"
  | "onMessage"
  | "onClose"
  | "validateStateChange"
  | "onStateChanged"
  | "commit"
  | "onError"
  | "onRequest"
  | "waitUntil"
  | "call";

/**
 * What a host reports to `options.onEvent`. Texts never carry a query, a
 * header or a message, so events may be logged.
 */
export type HostEvent =
  | InstanceEvent
  | ConnectionEvent
  | RefusedEvent
  | FailedEvent;

/** An instance came into memory, or left it. */
export interface InstanceEvent {
  /** Which of the two. */
  readonly type: "started" | "evicted";
  /** The name its class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
}

/** A connection was accepted; ended; or was closed by the library, with its reason. */
export interface ConnectionEvent {
  /** Which of the three. A connection that is cut is disconnected later. */
  readonly type: "connected" | "disconnected" | "cut";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The connection's id. */
  readonly connection: string;
  /** Of `disconnected` and `cut`. */
  readonly code?: number;
  /** Of `cut`. */
  readonly reason?: string;
}

/** A request was answered by the library itself: an address, an origin or a limit forbids it. */
export interface RefusedEvent {
  /** Tells it from other events. */
  readonly type: "refused";
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The text of the answer. */
  readonly reason: string;
  /** The registered class name, where the address named one. */
  readonly agent?: string;
}

/** A handler threw, or its promise rejected. It went to `onError` too, unless that is what failed. */
export interface FailedEvent {
  /** Tells it from other events. */
  readonly type: "failed";
  /** What threw. */
  readonly stage: Stage;
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The id of the connection it worked for, if any. */
  readonly connection?: string;
  /** What was thrown. */
  readonly error: unknown;
}
