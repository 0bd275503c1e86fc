import type { SocketData } from "../ports/socket.ts";
import { LARGE_BYTES } from "../protocol/heartbeat.ts";
import { assertSendable, byteSize } from "../runtime/socket_data.ts";
import type { Link } from "./link.ts";

/** From so many connections on, publishing is cheaper than a loop. */
const PUBLISH_FROM = 16;
/** A larger message could overrun a slow socket before anybody looks. */
const PUBLISH_MAX_BYTES = 1024 * 1024;

let topics = 0;

/** Who may get a broadcast. */
export interface Audience {
  readonly size: number;
  links(): Iterable<Link>;
  link(id: string): Link | undefined;
}

/**
 * Sends one message to many. Where sockets can publish, the accepted
 * connections subscribe at the first large broadcast, and each later one
 * costs one call; connections in their handshake get theirs one by one.
 */
export class Broadcast {
  #connections: Audience;
  #owner: { readonly outbox: object | undefined };
  #topic: string | undefined;
  /** Bytes published since the buffers were last looked at; never too low. */
  #published = 0;

  constructor(
    connections: Audience,
    owner: { readonly outbox: object | undefined },
  ) {
    this.#connections = connections;
    this.#owner = owner;
  }

  /** An `isEvent` is for those only who announced the extensions. */
  send(
    data: SocketData,
    without: readonly string[] | undefined,
    isEvent = false,
  ): void {
    assertSendable(data);
    if (
      this.#connections.size >= PUBLISH_FROM &&
      // Frames that wait for a commit wait one by one.
      this.#owner.outbox === undefined &&
      (without === undefined || without.length <= 1) &&
      upperSize(data) <= PUBLISH_MAX_BYTES &&
      this.#publish(data, without?.[0], isEvent)
    ) return;
    for (const link of this.#connections.links()) {
      if (isEvent && !link.extended) continue;
      if (without === undefined || !without.includes(link.id)) link.send(data);
    }
  }

  /** A connection was accepted, or has come back to where the instance is: from now on it gets what is published. */
  join(link: Link): void {
    if (this.#topic === undefined || isHeld(link)) return;
    link.socket!.subscribe!(this.#topic);
  }

  /** What a connection is sent waits: what is published would overtake it. */
  leave(link: Link): void {
    if (this.#topic !== undefined) link.socket!.unsubscribe?.(this.#topic);
  }

  /** `false`, and nothing sent, where the sockets can't publish, or some may not get it. */
  #publish(
    data: SocketData,
    without: string | undefined,
    isEvent: boolean,
  ): boolean {
    let speaker: Link | undefined;
    for (const link of this.#connections.links()) {
      if (isHeld(link)) continue;
      speaker = link;
      break;
    }
    if (speaker === undefined) return false;
    let isCounted = false;
    const held = new Set<Link>();
    for (const link of this.#connections.links()) {
      if (isEvent && !link.extended) return false;
      if (link.session !== undefined) isCounted = true;
      if (isHeld(link)) held.add(link);
    }
    if (this.#topic === undefined) this.#open();
    const excluded = without === undefined
      ? undefined
      : this.#connections.link(without);
    if (excluded !== undefined && !held.has(excluded)) speaker = excluded;
    const size = byteSize(data);
    if (size > LARGE_BYTES) {
      for (const link of this.#connections.links()) {
        // Those that are sent it one by one are told then.
        const isTold = link === speaker || link === excluded ||
          held.has(link);
        if (!isTold) link.announce(size);
      }
    }
    speaker.socket!.publish!(this.#topic!, data);
    if (speaker !== excluded) speaker.send(data);
    for (const link of held) if (link !== excluded) link.send(data);
    if (isCounted) this.#count(data, speaker, held);
    this.#published += upperSize(data);
    if (this.#published > PUBLISH_MAX_BYTES) this.#look();
    return true;
  }

  /** The sockets were given `data` past their connections. */
  #count(data: SocketData, speaker: Link, held: ReadonlySet<Link>): void {
    for (const link of this.#connections.links()) {
      if (link !== speaker && !held.has(link)) {
        link.session?.sent(data, undefined);
      }
    }
  }

  #open(): void {
    this.#topic = `roam:${topics++}`;
    for (const link of this.#connections.links()) {
      if (!isHeld(link)) link.socket!.subscribe!(this.#topic);
    }
  }

  #look(): void {
    this.#published = 0;
    for (const link of this.#connections.links()) link.checkBuffered();
  }
}

/** Whether it has to be sent its own: what it is sent has to wait, or its socket is that of another process. */
function isHeld(link: Link): boolean {
  const { handshake } = link;
  return link.socket?.publish === undefined || link.isQueueing || link.isHeld ||
    (handshake !== undefined && !handshake.accepted);
}

function upperSize(data: SocketData): number {
  return typeof data === "string" ? data.length * 3 : data.byteLength;
}
