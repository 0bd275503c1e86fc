import type { SocketData } from "../ports/socket.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Hook, Invoker } from "../runtime/invoker.ts";
import type { ConnectionScope } from "../runtime/scope.ts";

/** The instance whose clients see each other. */
export interface PresenceOwner {
  readonly host: HostServices;
  readonly invoker: Invoker;
  readonly hooks: {
    /** `undefined` where nobody wrote one. */
    readonly onPresence: Hook | undefined;
  };
  readonly connections: { links(): Iterable<PresenceClient> };
}

/** A connection, as presence sees it. */
export interface PresenceClient extends ConnectionScope {
  /** The client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** The client has been sent the library's first frames. */
  readonly isGreeted: boolean;
  /** What is sent waits for the socket. */
  readonly isQueueing: boolean;
  /** This side has closed it. */
  readonly isShut: boolean;
  /** How it ended, if it has. */
  readonly end: { readonly code: number } | undefined;
  /** What it shows, as JSON; `""` for nothing, `undefined` of one that does not take part. */
  readonly presence: string | undefined;
  /** Keeps that as long as the connection lives. Throws, and changes nothing, where the platform has no room for it. */
  setPresence(presence: string): void;
  send(data: SocketData, kind: "volatile"): void;
}
