import type { FrameKind } from "../protocol/state_frames.ts";
import type { Socket, SocketData } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import type { Activity } from "../runtime/activity.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Handlers, Invoker } from "../runtime/invoker.ts";
import type { ConnectionHooks } from "./hooks.ts";
import type { FrameHandler } from "./incoming.ts";

/** How a connection ended. */
export interface End {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** The instance of a connection. */
export interface LinkOwner<Link> {
  readonly agent: Handlers;
  readonly host: HostServices;
  readonly invoker: Invoker;
  readonly activity: Activity;
  readonly parts: FrameHandler;
  readonly hooks: ConnectionHooks;
  /** Who is told what happens to the connection. */
  readonly connections: LinkEvents<Link>;
  /** What takes frames while something is not on disk that was written before them. */
  readonly outbox: Outgoing | undefined;
  /** What it broadcasts is logged. */
  readonly hasLog: boolean;
  /** How far its log is; `undefined` where that is not known yet, or there is none. */
  readonly logOffset: number | undefined;
  /** Has something that the sockets keep for it. */
  readonly state: KeptBySockets;
  /** The instance that is there now, if this one has left memory; `undefined` when there is no room for it. */
  latest(): LinkOwner<Link> | undefined;
}

/** What a state that has never been stored leaves with the sockets. */
export interface KeptBySockets {
  readonly unstoredEpoch: string | undefined;
  /** A socket has kept it over the time that the instance was not in memory. */
  remember(epoch: string | undefined): void;
}

/** What happens to a connection. */
export interface LinkEvents<Link> {
  /** Its socket was opened. */
  opened(link: Link): void;
  /** Its socket outlived the instance's time in memory. */
  restored(link: Link): void;
  /** It was accepted. */
  accepted(link: Link): void;
  /** Its socket broke, and its client may come back. */
  suspended(link: Link): void;
  /** There is no room to keep its session. */
  endSession(link: Link): void;
  /** The library closes it. */
  cut(link: Link, code: number, reason: string): void;
  /** This side closes it, and waits for the peer. */
  closing(link: Link): void;
  /** Its socket is gone. */
  left(link: Link): void;
  /** It goes on with another process. */
  detached(link: Link): void;
  /** It has ended, and everything that comes before `onClose` has happened. */
  ended(link: Link, end: End): void;
  /** The peer of one that has ended does not answer, and may go on holding it. */
  lingers(): void;
  /** That is over. */
  released(): void;
  /** What it is sent waits from now on: it can't be published to. */
  fellBehind(link: Link): void;
  /** That is over. */
  caughtUp(link: Link): void;
}

/** Who is sent something later. */
export interface Recipient {
  /** Sends at once. */
  transmit(data: SocketData, kind?: FrameKind): void;
  /** Closes the socket. */
  hangUp(code: number, reason: string): void;
  /** More waits for it than may. */
  overflowed(): void;
}

/** Frames on their way, in order. */
export interface Outgoing {
  /** Has `recipient` transmit `data` later. */
  add(recipient: Recipient, data: SocketData, kind?: FrameKind): void;
  /** Has `recipient` hang up after that. */
  holdClose(recipient: Recipient, code: number, reason: string): void;
}

interface LatestOwner<Owner> {
  readonly host: HostServices;
  latest(): Owner | undefined;
}

/** The instance that takes a new socket. Where there is none, the socket is closed. */
export function owned<Owner extends LatestOwner<Owner>>(
  owner: Owner,
  socket: Socket,
): Owner | undefined {
  if (owner.host.isClosing) {
    socket.close(CloseCode.RESTART, "restarting");
    return undefined;
  }
  const latest = owner.latest();
  if (latest === undefined) {
    socket.close(CloseCode.OVERLOAD, "too many instances");
  }
  return latest;
}
