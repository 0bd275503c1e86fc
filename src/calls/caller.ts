import type { SocketData } from "../ports/socket.ts";
import type { ConnectionScope } from "../runtime/scope.ts";

/** A connection, as a call of its client sees it. */
export interface Caller extends ConnectionScope {
  /** The client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** Nothing can be sent any more. */
  readonly isShut: boolean;
  /** 1 while the connection is open. */
  readonly readyState: number;
  /** The peer does not take what it is sent as fast as it is sent. */
  readonly isBehind: boolean;
  send(data: SocketData): void;
}
