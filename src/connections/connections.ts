import type { SocketData } from "../ports/socket.ts";
import type { AgentAddress } from "../ports/storage.ts";
import { queryValue } from "../protocol/address.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { ConnectionEvent } from "../runtime/events.ts";
import type { HostServices } from "../runtime/host_services.ts";
import { Broadcast } from "./broadcast.ts";
import type { Connection, ConnectionContext } from "./connection.ts";
import { GREETING_END } from "./greeting.ts";
import type { Link } from "./link.ts";
import type { End, LinkEvents, LinkOwner } from "./owner.ts";
import { Sessions, suspended } from "./sessions.ts";

const WELL_FORMED_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The instance of the connections. */
export interface ConnectionsOwner extends LinkOwner<Link> {
  readonly address: AgentAddress;
  /** Has the instance start, if it has not: a promise that it has, or of a {@linkcode Refusal}. */
  start(): Promise<void> | undefined;
  /** Sends an accepted connection the library's first frames. */
  greet(link: Link): void;
  /** Sends one that is restored what others were sent since the instance came into memory. */
  catchUp(link: Link): void;
  readonly parts: LinkOwner<Link>["parts"] & {
    /** A client may come back. */
    suspended(link: Link): void;
    /** A client that came back was greeted. */
    resumed(link: Link): void;
    /** A connection is closing or closed. */
    closed(link: Link): void;
  };
}

/** The close code and the reason of a connection that can't be. */
interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** Peers that owe the answer to a close frame. */
const closing = ({ timer, limits }: HostServices) =>
  new Deadlines<Link>(timer, limits.closeMs, (link) => link.abandon());

/** When sockets were open, for a host that is observed. */
const openTimes = () => new WeakMap<Link, number>();

/** The connections of one instance, from the open socket to `onClose`. */
export class Connections implements LinkEvents<Link> {
  #owner: ConnectionsOwner;
  /** Those that are not closing. Made for the first one: most instances in memory have none. */
  #byId: Map<string, Link> | undefined;
  #broadcast: Broadcast | undefined;
  #sessions: Sessions<Link> | undefined;
  /** Those that have not ended, also those that are closing. */
  #count = 0;
  /** Those that have ended, but whose peers do not let go. */
  #lingering = 0;

  constructor(owner: ConnectionsOwner) {
    this.#owner = owner;
  }

  /** How many there are that are not closing. */
  get size(): number {
    return this.#byId?.size ?? 0;
  }

  /** How many have not ended, also those that are closing. */
  get count(): number {
    return this.#count;
  }

  get(id: string): Connection | undefined {
    return this.#byId?.get(id)?.connection;
  }

  link(id: string): Link | undefined {
    return this.#byId?.get(id);
  }

  links(): Iterable<Link> {
    return this.#byId?.values() ?? [];
  }

  /** Those with `tag`, or all. Stays right when connections come and go meanwhile. */
  *list(tag?: string): Generator<Connection, void, unknown> {
    if (tag !== undefined && typeof tag !== "string") {
      throw new TypeError("Cannot list connections: a tag is a string");
    }
    for (const link of this.links()) {
      if (tag === undefined || link.tags.includes(tag)) yield link.connection;
    }
  }

  /** Sends one message to all but those `without`; an `isEvent` only to those who know events. */
  broadcast(
    data: SocketData,
    without?: readonly string[],
    isEvent?: boolean,
  ): void {
    this.#broadcast ??= new Broadcast(this, this.#owner);
    this.#broadcast.send(data, without, isEvent);
  }

  /** Closes all, as the user would. */
  closeAll(code: number, reason: string): void {
    for (const link of [...this.links()]) link.close(code, reason);
  }

  /** Closes all on the library's behalf. */
  cutAll(code: number, reason: string): void {
    for (const link of [...this.links()]) link.cut(code, reason);
  }

  /** Gives `link` the id its client asked for, if that is well-formed and free, else a new one. */
  add(link: Link, wanted: string | null): void {
    const usable = wanted !== null && WELL_FORMED_ID.test(wanted) &&
      !this.#byId?.has(wanted);
    link.id = usable ? wanted : crypto.randomUUID();
    this.#keep(link);
  }

  /** Removes this very connection; another one with its id stays. */
  delete(link: Link): void {
    if (this.#byId?.get(link.id) === link) this.#byId.delete(link.id);
    this.#sessions?.delete(link);
  }

  /** There is no room to keep its session. */
  endSession(link: Link): void {
    this.#sessions?.delete(link);
  }

  /** The connection that a client proves to be its own. */
  withSession(secret: string): Link | undefined {
    return this.#sessions?.find(secret);
  }

  // What happens to one of them, in this order.

  /** It waits for the start, then shakes hands. */
  opened(link: Link): void {
    const { host } = this.#owner;
    if (host.isObserved) host.shared(openTimes).set(link, host.now);
    this.add(link, queryValue(link.uri, "_pk"));
    link.logOffset = this.#owner.logOffset;
    this.#admit(link, () => link.handshake?.begin());
  }

  restored(link: Link): void {
    this.#keep(link);
    if (link.session?.secret) {
      (this.#sessions ??= new Sessions()).restore(link);
    }
    this.#admit(link, () => {
      if (link.isShut) return;
      link.handshake?.resume();
      this.#broadcast?.join(link);
    }, true);
  }

  accepted(link: Link): void {
    this.#report(link, "connected");
    this.#broadcast?.join(link);
    link.isGreeted = true;
    if (link.session !== undefined) {
      (this.#sessions ??= new Sessions()).issue(link);
    }
    this.#owner.greet(link);
  }

  suspended(link: Link): void {
    const { host, parts } = this.#owner;
    this.#report(link, "suspended");
    host.shared(suspended).add(link);
    parts.suspended(link);
  }

  /** Its client came back on another socket, and proved itself with `secret`. */
  resumed(
    link: Link,
    secret: string,
    ctx: ConnectionContext | undefined,
  ): void {
    const { host, hooks, invoker, parts } = this.#owner;
    host.shared(suspended).delete(link);
    this.#sessions!.issue(link, secret);
    this.#report(link, "resumed");
    link.session!.greet(() => {
      this.#owner.greet(link);
      parts.resumed(link);
      link.write(GREETING_END);
    });
    const hook = hooks.onResume;
    if (hook !== undefined) {
      invoker.run("onResume", link, hook, link.connection, ctx);
    }
  }

  cut(link: Link, code: number, reason: string): void {
    this.#report(link, "cut", code, reason);
  }

  closing(link: Link): void {
    const { host, parts } = this.#owner;
    this.delete(link);
    host.shared(closing).add(link);
    parts.closed(link);
  }

  left(link: Link): void {
    const { host, parts } = this.#owner;
    this.delete(link);
    host.shared(closing).delete(link);
    host.shared(suspended).delete(link);
    host.connections--;
    // Else it has been told.
    if (!link.isShut) parts.closed(link);
  }

  detached(link: Link): void {
    const { host, activity } = this.#owner;
    this.#broadcast?.leave(link);
    this.delete(link);
    host.shared(closing).delete(link);
    host.shared(suspended).delete(link);
    host.connections--;
    this.#count--;
    activity.end();
  }

  lingers(): void {
    this.#owner.host.connections++;
    this.#lingering++;
  }

  released(): void {
    this.#owner.host.connections--;
    this.#lingering--;
  }

  fellBehind(link: Link): void {
    this.#broadcast?.leave(link);
  }

  caughtUp(link: Link): void {
    this.#broadcast?.join(link);
  }

  ended(link: Link, { code, reason, wasClean }: End): void {
    const { activity, hooks, invoker } = this.#owner;
    this.#count--;
    if (link.hasBegun) {
      const { connection } = link;
      const hook = hooks.onClose;
      if (hook !== undefined) {
        const args = [connection, code, reason, wasClean] as const;
        invoker.run("onClose", link, hook, ...args);
      }
      const { isGreeted: wasAccepted } = link;
      this.#report(link, "disconnected", code, undefined, wasAccepted);
    }
    activity.end();
  }

  #keep(link: Link): void {
    (this.#byId ??= new Map()).set(link.id, link);
  }

  #admit(link: Link, next: () => void, isRestored?: boolean): void {
    const { activity, host } = this.#owner;
    activity.begin();
    this.#count++;
    host.connections++;
    if (this.#count + this.#lingering > host.limits.connectionsPerInstance) {
      return link.cut(CloseCode.OVERLOAD, "too many connections");
    }
    // A start may be under way, or begins here: of that it is told.
    if (isRestored) this.#owner.catchUp(link);
    const starting = this.#owner.start();
    if (starting === undefined) return next();
    starting.then(next, ({ code, message }: Refusal) => {
      link.cut(code, message);
      link.handshake?.cancel();
    });
  }

  #report(
    link: Link,
    type: ConnectionEvent["type"],
    code?: number,
    reason?: string,
    wasAccepted?: boolean,
  ): void {
    const { address, host } = this.#owner;
    const connection = link.id;
    host.emit(() => {
      const since = host.shared(openTimes).get(link);
      const ms = since === undefined ? since : host.now - since;
      return { type, ...address, connection, code, reason, wasAccepted, ms };
    });
  }
}
