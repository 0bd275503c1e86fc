import type { SocketData } from "../ports/socket.ts";
import { assertSendable } from "./hold.ts";
import type { Instance } from "./instance.ts";
import type { Link } from "./link.ts";

/** From so many connections on, publishing is cheaper than a loop. */
const PUBLISH_FROM = 16;
/** A larger message could overrun a slow socket before anybody looks. */
const PUBLISH_MAX_BYTES = 1024 * 1024;

let topics = 0;

/**
 * Sends one message to many. Where sockets can publish, the accepted
 * connections subscribe at the first large broadcast, and each later one
 * costs one call; connections in their handshake get theirs one by one.
 */
export class Broadcast {
  #instance: Instance;
  #topic: string | undefined;
  /** Bytes published since the buffers were last looked at; never too low. */
  #published = 0;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  get #connections() {
    return this.#instance.connections;
  }

  send(data: SocketData, without: readonly string[] | undefined): void {
    assertSendable(data);
    if (
      this.#connections.size >= PUBLISH_FROM &&
      // Frames that wait for a commit wait one by one.
      this.#instance.outbox === undefined &&
      (without === undefined || without.length <= 1) &&
      upperSize(data) <= PUBLISH_MAX_BYTES && this.#publish(data, without?.[0])
    ) return;
    for (const link of this.#connections.links()) {
      if (without === undefined || !without.includes(link.id)) link.send(data);
    }
  }

  /** A connection was accepted: from now on it gets what is published. */
  join(link: Link): void {
    if (this.#topic !== undefined) link.socket!.subscribe!(this.#topic);
  }

  /** `false`, and nothing sent, where the sockets can't publish. */
  #publish(data: SocketData, without: string | undefined): boolean {
    let speaker: Link | undefined;
    const held: Link[] = [];
    for (const link of this.#connections.links()) {
      if (link.handshake !== undefined && !link.handshake.accepted) {
        held.push(link);
      } else if (speaker === undefined) speaker = link;
    }
    if (speaker?.socket?.publish === undefined) return false;
    if (this.#topic === undefined) this.#open();
    const excluded = without === undefined
      ? undefined
      : this.#connections.link(without);
    if (excluded !== undefined && !held.includes(excluded)) speaker = excluded;
    speaker.socket!.publish!(this.#topic!, data);
    if (speaker !== excluded) speaker.send(data);
    for (const link of held) if (link !== excluded) link.send(data);
    this.#published += upperSize(data);
    if (this.#published > PUBLISH_MAX_BYTES) this.#look();
    return true;
  }

  #open(): void {
    this.#topic = `roam:${topics++}`;
    for (const link of this.#connections.links()) {
      if (link.handshake === undefined || link.handshake.accepted) {
        link.socket!.subscribe!(this.#topic);
      }
    }
  }

  #look(): void {
    this.#published = 0;
    for (const link of this.#connections.links()) link.checkBuffered();
  }
}

function upperSize(data: SocketData): number {
  return typeof data === "string" ? data.length * 3 : data.byteLength;
}
