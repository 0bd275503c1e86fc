import type { Instance } from "../src/agent/instance.ts";
import type { Inbound } from "../src/connections/inbound.ts";
import type { Link } from "../src/connections/link.ts";
import type { Socket, SocketData } from "../src/ports/socket.ts";
import { byteSize } from "../src/runtime/socket_data.ts";
import type { FrameView } from "./messages.ts";

/** How many frames of a connection are kept. */
const MOST_FRAMES = 100;
/** How much of a text is kept, in UTF-16 units. */
const MOST_TEXT = 2000;

/** The taps of each connection that somebody looks at. */
const taps = new WeakMap<Link, Set<FrameTap>>();

/** Keeps the last frames of a connection, both ways, from the moment somebody looks until nobody does. */
export class FrameTap {
  /** The oldest first. */
  readonly frames: FrameView[] = [];
  #link: Link;
  #count = 0;

  private constructor(link: Link) {
    this.#link = link;
  }

  /** A tap of this connection. */
  static of(link: Link): FrameTap {
    const tap = new FrameTap(link);
    const known = taps.get(link);
    if (known !== undefined) known.add(tap);
    else {
      taps.set(link, new Set([tap]));
      open(link);
    }
    return tap;
  }

  isOf(link: Link): boolean {
    return this.#link === link;
  }

  end(): void {
    const all = taps.get(this.#link);
    all?.delete(this);
    if (all?.size !== 0) return;
    taps.delete(this.#link);
    close(this.#link);
  }

  add(data: SocketData, isIn: boolean): void {
    const isText = typeof data === "string";
    this.frames.push({
      number: ++this.#count,
      at: Date.now(),
      isIn,
      bytes: byteSize(data),
      text: isText ? data.slice(0, MOST_TEXT) : undefined,
    });
    if (this.frames.length > MOST_FRAMES) this.frames.shift();
  }
}

/** How many connections of an instance are looked at. */
const watched = new WeakMap<object, number>();

/**
 * Puts itself in front of the methods of this one connection that its frames
 * pass: others must not pay for what nobody looks at.
 */
function open(link: Link): void {
  const note = (data: SocketData, isIn: boolean) => {
    for (const tap of taps.get(link) ?? []) tap.add(data, isIn);
  };
  const inbound = inboundOf(link);
  const { receive } = inbound;
  inbound.receive = (data) => {
    note(data, true);
    receive.call(inbound, data);
  };
  let { socket } = link;
  const follow = (next: Socket | undefined) => {
    socket = next;
    if (next === undefined) return;
    const { send } = next;
    next.send = (data) => {
      note(data, false);
      send.call(next, data);
    };
  };
  follow(socket);
  // A client that comes back has another socket.
  define(link, {
    get: () => socket,
    set(next: Socket | undefined) {
      release(socket);
      follow(next);
    },
  });
  const { connections } = link.owner as Instance;
  watched.set(connections, (watched.get(connections) ?? 0) + 1);
  // What a socket publishes to others passes nowhere here; with two exceptions, of nobody, each is sent it by itself.
  const { broadcast } = Object.getPrototypeOf(connections);
  connections.broadcast = (data, without = [], ...rest) =>
    broadcast.call(connections, data, [...without, "", ""], ...rest);
}

/** Takes all of that back. */
function close(link: Link): void {
  delete (inboundOf(link) as Partial<Inbound>).receive;
  const { socket } = link;
  release(socket);
  define(link, { value: socket, writable: true });
  const { connections } = link.owner as Instance;
  const rest = (watched.get(connections) ?? 1) - 1;
  watched.set(connections, rest);
  if (rest === 0) {
    delete (connections as Partial<Instance["connections"]>).broadcast;
  }
}

/** What both of a client's sockets hand their frames to. */
function inboundOf(link: Link): Inbound {
  return (link as unknown as { inbound: Inbound }).inbound;
}

function release(socket: Socket | undefined): void {
  if (socket !== undefined) delete (socket as Partial<Socket>).send;
}

function define(link: Link, property: PropertyDescriptor): void {
  Object.defineProperty(link, "socket", {
    ...property,
    configurable: true,
    enumerable: true,
  });
}
