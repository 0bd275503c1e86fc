import type { ClusterNews } from "../ports/cluster.ts";

/** Where in an instance's life something happened. */
export type Stage =
  | "onStart"
  | "getConnectionTags"
  | "shouldConnectionBeReadonly"
  | "shouldSendProtocolMessages"
  | "onConnect"
  | "onMessage"
  | "onResume"
  | "onClose"
  | "onPresence"
  | "validateStateChange"
  | "onStateChanged"
  | "commit"
  | "onError"
  | "onRequest"
  | "onBeforeConnect"
  | "onBeforeRequest"
  | "fallback"
  | "waitUntil"
  | "schedule"
  | "onAlarm"
  | "uncaught"
  | "call";

/**
 * What a host reports to `options.onEvent`. Texts never carry a query, a
 * header or a message, so events may be logged; but for `advice`, which the
 * log has anyway.
 */
export type HostEvent =
  | InstanceEvent
  | ConnectionEvent
  | GapEvent
  | HandledMessageEvent
  | CallEvent
  | RequestEvent
  | StateEvent
  | CommitEvent
  | RefusedEvent
  | FailedEvent
  | ScheduleEvent
  | LagEvent
  | ClusterEvent
  | UncaughtEvent;

/** An instance came into memory, or left it. */
export interface InstanceEvent {
  /** Which of the two. */
  readonly type: "started" | "evicted";
  /** The name its class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
}

/**
 * A connection was accepted; ended; or was closed by the library, with its
 * reason; or it broke and its client may come back, and then has.
 */
export interface ConnectionEvent {
  /** Which of these. A connection that is cut is disconnected later, and so is one that is suspended and not resumed. */
  readonly type:
    | "connected"
    | "disconnected"
    | "cut"
    | "suspended"
    | "resumed";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The connection's id. */
  readonly connection: string;
  /** The close code; of `disconnected` and `cut`. */
  readonly code?: number;
  /** The reason that the client is given; of `cut`. */
  readonly reason?: string;
  /** Of `disconnected`: whether it was `connected` before; `onConnect` may have refused it. */
  readonly wasAccepted?: boolean;
  /** Milliseconds since the socket was open: of `connected` what the start and the hooks took, of the others how long it has lived. Not of a connection that its instance found when it woke on Workers. */
  readonly ms?: number | undefined;
}

/**
 * A client wanted to go on with a session, and got a new connection: what was
 * sent to it meanwhile, or what it sent, may be lost.
 */
export interface GapEvent {
  /** Tells it from other events. */
  readonly type: "gap";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The id of the new connection. */
  readonly connection: string;
  /** `"unknown"` for a session that there is not, or no longer; `"bytes"` when more was missing than is kept, `"hibernated"` when that was lost while the instance was not in memory. */
  readonly reason: string;
}

/** `onMessage` has handled a message, and its promise has settled. */
export interface HandledMessageEvent {
  /** Tells it from other events. */
  readonly type: "message";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The connection's id. */
  readonly connection: string;
  /** The size of the message; of text in UTF-16 units. */
  readonly bytes: number;
  /** Milliseconds that `onMessage` took. */
  readonly ms: number;
  /** Whether it threw, or its promise rejected. */
  readonly failed: boolean;
}

/** A call of a client has been answered; of a stream, by its end. */
export interface CallEvent {
  /** Tells it from other events. */
  readonly type: "call";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The connection's id. */
  readonly connection: string;
  /** The method; `undefined` where the client named none that it may call. */
  readonly method?: string | undefined;
  /** Milliseconds from its arrival to its answer; 0 when it was refused at once. */
  readonly ms: number;
  /** The code that the client was answered with, when it failed. */
  readonly code?: string | undefined;
}

/** An instance has answered an HTTP request. */
export interface RequestEvent {
  /** Tells it from other events. */
  readonly type: "request";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The method of the request, such as `GET`. */
  readonly method: string;
  /** The status of the answer. */
  readonly status: number;
  /** Milliseconds until there was an answer; its body may take longer. */
  readonly ms: number;
}

/** The state has changed, or a write of a client was refused. */
export interface StateEvent {
  /** Tells it from other events. */
  readonly type: "state";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** Who wrote it: `setState` of the agent, or of a client. */
  readonly source: "server" | "client";
  /** The size of the new state as JSON in UTF-16 units, unless it was refused. */
  readonly bytes?: number | undefined;
  /** The code that the client was refused with: `REJECTED`, `READONLY`, `CONFLICT`, `TOO_LARGE`, `INVALID`, or one of the agent's. */
  readonly code?: string | undefined;
}

/** A commit has ended: what all instances wrote in one turn. Not on Workers, where the platform stores. */
export interface CommitEvent {
  /** Tells it from other events. */
  readonly type: "commit";
  /** How many instances wrote in it. */
  readonly instances: number;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** What the storage threw, if the commit failed. */
  readonly error?: unknown;
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
  /** What the server's log says of it: what was wrong, and what helps. It may quote, within bounds, an origin, a host or the name of an agent that the client sent. */
  readonly advice?: string | undefined;
}

/** A handler threw, or its promise rejected. It went to `onError` too, unless that is what failed, or there is no instance yet. */
export interface FailedEvent {
  /** Tells it from other events. */
  readonly type: "failed";
  /** Where it was thrown. */
  readonly stage: Stage;
  /** The name the agent's class is registered under; not of `fallback`. */
  readonly agent?: string;
  /** The instance's name; not of `fallback`. */
  readonly name?: string;
  /** The id of the connection it worked for, if any. */
  readonly connection?: string;
  /** What was thrown. */
  readonly error: unknown;
}

/**
 * Something happened to a schedule, or to an item of the queue: it was made;
 * its method is called, or called again after a throw; it is done, was given
 * up, or cancelled; or it takes so long that others do not wait any more.
 */
export interface ScheduleEvent {
  /** Tells it from other events. */
  readonly type: "schedule";
  /** Which of these. */
  readonly status:
    | "created"
    | "started"
    | "retried"
    | "done"
    | "failed"
    | "cancelled"
    | "hung";
  /** The name the agent's class is registered under. */
  readonly agent: string;
  /** The instance's name. */
  readonly name: string;
  /** The job's id. */
  readonly id: string;
  /** The method that it calls. */
  readonly callback: string;
  /** Which of the two it is. */
  readonly kind: "schedule" | "queue";
  /** Of `started`, `retried` and `failed`: which call it is, or was, from 1. */
  readonly attempt?: number;
  /** Of `failed`: what was thrown. */
  readonly error?: unknown;
  /** Of `done` and `failed`: milliseconds since its method was called first, with the waits between attempts. */
  readonly ms?: number | undefined;
}

/**
 * How late the event loop was: the longest delay of a timer in the last five
 * seconds, looked at every 100 ms. Told every five seconds on Deno, Bun and
 * Node; not on Workers, where time stands still while code runs.
 */
export interface LagEvent {
  /** Tells it from other events. */
  readonly type: "lag";
  /** Milliseconds. */
  readonly ms: number;
}

/** Something happened to this process of a cluster. */
export interface ClusterEvent extends ClusterNews {
  /** Tells it from other events. */
  readonly type: "cluster";
}

/** With `options.guardProcess`: something was thrown, or a promise rejected, that nobody caught, and no agent is known whose code it was. */
export interface UncaughtEvent {
  /** Tells it from other events. */
  readonly type: "uncaught";
  /** What was thrown. */
  readonly error: unknown;
}
