/** Where in an instance's life something happened. */
export type Stage =
  | "onStart"
  | "getConnectionTags"
  | "shouldSendProtocolMessages"
  | "onConnect"
  | "onMessage"
  | "onClose"
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
  readonly type: "started" | "evicted";
  readonly agent: string;
  readonly name: string;
}

/** A connection was accepted; ended; or was closed by the library, with its reason. */
export interface ConnectionEvent {
  readonly type: "connected" | "disconnected" | "cut";
  readonly agent: string;
  readonly name: string;
  readonly connection: string;
  /** Of `disconnected` and `cut`. */
  readonly code?: number;
  /** Of `cut`. */
  readonly reason?: string;
}

/** A request was answered by the library itself: an address, an origin or a limit forbids it. */
export interface RefusedEvent {
  readonly type: "refused";
  readonly status: number;
  readonly reason: string;
  /** The registered class name, where the address named one. */
  readonly agent?: string;
}

/** A handler threw, or its promise rejected. It went to `onError` too, unless that is what failed. */
export interface FailedEvent {
  readonly type: "failed";
  readonly stage: Stage;
  readonly agent: string;
  readonly name: string;
  readonly connection?: string;
  readonly error: unknown;
}
