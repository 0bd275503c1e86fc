import type { SocketData } from "../ports/socket.ts";
import type { Activity } from "../runtime/activity.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Invoker } from "../runtime/invoker.ts";
import type { ConnectionScope } from "../runtime/scope.ts";
import type { ConnectionHooks } from "./hooks.ts";
import { checkedTags } from "./tags.ts";

/** A connection that shakes hands: what its hooks decide, and what becomes of it. */
export interface Candidate extends ConnectionScope {
  readonly owner: {
    readonly host: HostServices;
    readonly invoker: Invoker;
    readonly activity: Activity;
    readonly hooks: ConnectionHooks;
  };
  tags: readonly string[];
  /** Whether the client gets the library's own frames. */
  protocol: boolean;
  /** Whether the client may not change the state. */
  readonly: boolean;
  /** `onConnect` was called, so `onClose` will be. */
  hasBegun: boolean;
  /** Closed by this side: no frame passes any more. */
  readonly isShut: boolean;
  /** How it ended, if the peer is gone. */
  readonly end: object | undefined;
  /** Has the socket keep what the connection is. Throws when that is too large. */
  attach(): void;
  /** It is accepted: sends the library's first frames. */
  accepted(): void;
  /** Sends past the handshake. */
  write(data: SocketData): void;
  /** Takes a frame of the client past the handshake. */
  deliver(data: string | ArrayBuffer): void;
  /** Closes on the library's behalf. */
  cut(code: number, reason: string): void;
  /** The handshake is over. */
  settled(): void;
}

/** A hook that decides about a connection. */
interface Decision {
  readonly name: Exclude<keyof ConnectionHooks, "onResume" | "onClose">;
  /** Does what the hook returned. A throw refuses the connection. */
  decide(candidate: Candidate, result: unknown): void;
}

/** In the order in which they are asked. */
export const DECISIONS: readonly Decision[] = [
  {
    name: "getConnectionTags",
    decide(candidate, result) {
      candidate.tags = checkedTags(candidate.id, result as readonly string[]);
    },
  },
  {
    name: "shouldConnectionBeReadonly",
    decide(candidate, readonly) {
      // What is no clear "no" must not open the door.
      candidate.readonly = readonly !== false && readonly !== undefined;
    },
  },
  {
    name: "shouldSendProtocolMessages",
    decide(candidate, protocol) {
      candidate.protocol = protocol !== false;
    },
  },
  {
    name: "onConnect",
    // What it has to say it says to the connection; as a result it would let everybody in.
    decide(_, result) {
      if (result === false || result instanceof Response) {
        throw new TypeError("onConnect must refuse by connection.close()");
      }
    },
  },
];
