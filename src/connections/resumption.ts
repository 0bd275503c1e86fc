import type { Socket, SocketEvents } from "../ports/socket.ts";
import { queryValue } from "../protocol/address.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import {
  parseResume,
  RESUME,
  type ResumeFrame,
  SESSION_KEY,
} from "../protocol/session_frames.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { ConnectionContext } from "./connection.ts";
import { ghosts } from "./ghosts.ts";
import { Link } from "./link.ts";
import { type LinkOwner, owned } from "./owner.ts";

/** The instance of connections that clients come back to. */
export interface ResumableOwner extends LinkOwner<Link> {
  readonly address: { readonly agent: string; readonly name: string };
  readonly connections: LinkOwner<Link>["connections"] & {
    withSession(secret: string): Link | undefined;
    resumed(
      link: Link,
      secret: string,
      ctx: ConnectionContext | undefined,
    ): void;
  };
  latest(): ResumableOwner | undefined;
}

/** Those that have not said which session they mean. */
const waiting = ({ timer, limits }: HostServices) =>
  new Deadlines<Resumption>(
    timer,
    limits.connectMs,
    (resumption) => resumption.timeOut(),
  );

/** The host closes, and waits for none of those. */
export function endWaiting(host: HostServices): void {
  host.shared(waiting).run(Infinity);
}

/** Who takes the events of a new socket: a connection, or what finds out which one. */
export function connect(
  owner: ResumableOwner,
  uri: string,
  ctx?: ConnectionContext,
): Link | Resumption {
  return queryValue(uri, SESSION_KEY) === RESUME &&
      queryValue(uri, "_roam") === "1"
    ? new Resumption(owner, uri, ctx)
    : linkFor(owner, uri, ctx);
}

/** A new connection, with a session where its client wants one and the host keeps some. */
function linkFor(
  owner: ResumableOwner,
  uri: string,
  ctx?: ConnectionContext,
): Link {
  const link = new Link(owner, uri, ctx);
  if (link.wantsSession && owner.host.limits.sessionMs > 0) link.keepsSession();
  return link;
}

/**
 * The socket of a client that wants to go on with a connection. Its first
 * frame proves which one. Where that is none, it gets a new connection.
 */
export class Resumption implements SocketEvents {
  #owner: ResumableOwner;
  #uri: string;
  #ctx: ConnectionContext | undefined;
  #socket: Socket | undefined;
  /** The connection, once it is known. */
  #link: Link | undefined;
  /** The socket, once this side has closed it. */
  #ghost: Socket | undefined;

  constructor(
    owner: ResumableOwner,
    uri: string,
    ctx: ConnectionContext | undefined,
  ) {
    this.#owner = owner;
    this.#uri = uri;
    this.#ctx = ctx;
  }

  /** The connection, once it is known. */
  get link(): Link | undefined {
    return this.#link;
  }

  open(socket: Socket): void {
    const { host, activity } = this.#owner;
    if (owned(this.#owner, socket) === undefined) return;
    this.#socket = socket;
    host.connections++;
    activity.begin();
    host.shared(waiting).add(this);
  }

  receive(data: string | ArrayBuffer): void {
    const socket = this.#socket;
    if (this.#link !== undefined) this.#link.receiveFrom(socket!, data);
    else if (socket !== undefined) this.#begin(data);
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    const socket = this.#socket;
    if (this.#link !== undefined) {
      this.#link.closedBy(socket!, code, reason, wasClean);
    } else if (socket !== undefined) {
      this.#socket = undefined;
      this.#leave();
    } else this.#owner.host.shared(ghosts).gone(this.#ghost);
  }

  /** The client has not said which session it means. */
  timeOut(): void {
    const { host } = this.#owner;
    const socket = this.#ghost = this.#socket!;
    this.leave();
    if (host.isClosing) {
      host.shared(ghosts).add(socket, CloseCode.RESTART, "restarting");
    } else {
      const reason = "no session was named";
      host.shared(ghosts).add(socket, CloseCode.OVERLOAD, reason);
    }
  }

  /** Nothing of the socket is heard any more. */
  leave(): void {
    if (this.#socket === undefined || this.#link !== undefined) return;
    this.#socket = undefined;
    this.#leave();
  }

  #begin(data: string | ArrayBuffer): void {
    const socket = this.#socket!;
    this.#leave();
    const owner = owned(this.#owner, socket);
    if (owner === undefined) return;
    const frame = parseResume(data);
    const link = frame && owner.connections.withSession(frame.session);
    const problem = link === undefined
      ? "unknown"
      : link.session!.problem(frame!);
    if (problem === undefined) return this.#resume(owner, link!, frame!);
    // Its id is free for the new one.
    link?.expire();
    const fresh = this.#link = linkFor(owner, this.#uri, this.#ctx);
    if (fresh.session !== undefined) fresh.session.gap = problem;
    fresh.open(socket);
    const { address, host } = owner;
    const connection = fresh.id;
    host.emit(() => ({ type: "gap", ...address, connection, reason: problem }));
    if (frame === undefined) fresh.receiveFrom(socket, data);
  }

  #resume(
    { connections }: ResumableOwner,
    link: Link,
    { session, received }: ResumeFrame,
  ): void {
    this.#link = link;
    const begin = () => connections.resumed(link, session, this.#ctx);
    link.resume(this.#socket!, this.#uri, received, begin);
  }

  /** It waits no longer. */
  #leave(): void {
    const { host, activity } = this.#owner;
    host.shared(waiting).delete(this);
    host.connections--;
    activity.end();
  }
}
