import type { WorkerSocket } from "./worker_socket.ts";

/** Milliseconds between two looks at the sockets, which happen only with other events: a timer would keep the object from hibernating. */
const LOOK_MS = 8_000;
/** A client that has said nothing for so long is asked. */
const QUIET_MS = 9_000;
/** Milliseconds that a client has to answer. */
const ANSWER_MS = 7_500;

/** The part of a Durable Object's context that this file uses. */
interface SocketsContext {
  getWebSockets(): WorkerSocket[];
  /** When the platform last answered a ping of this socket. */
  getWebSocketAutoResponseTimestamp?(socket: WorkerSocket): Date | null;
}

/** A connection, as far as it is watched. */
interface Watched {
  readonly extended: boolean;
  readonly isGreeted: boolean;
  readonly isShut: boolean;
  /** Asks the client for a sign of life. */
  ask(): void;
  /** There was none. */
  vanished(): void;
}

/** When something was heard of a client, and since when it owes an answer. */
interface Signs {
  heard: number;
  asked: number | undefined;
}

/**
 * Notices peers that have vanished, which workerd leaves to the network in
 * front of it: of clients with extensions, and while others use the object.
 */
export class Pulse {
  #ctx: SocketsContext;
  #linkOf: (socket: WorkerSocket) => Watched | undefined;
  #now: () => number;
  #signs = new WeakMap<WorkerSocket, Signs>();
  #looked: number;

  constructor(
    ctx: SocketsContext,
    linkOf: (socket: WorkerSocket) => Watched | undefined,
    now: () => number = Date.now,
  ) {
    this.#ctx = ctx;
    this.#linkOf = linkOf;
    this.#now = now;
    this.#looked = now();
  }

  /** Something happens; `socket` is of whom it was heard. */
  beat(socket?: WorkerSocket): void {
    const now = this.#now();
    const signs = socket && this.#signs.get(socket);
    if (signs !== undefined) {
      signs.heard = now;
      signs.asked = undefined;
    }
    if (now - this.#looked >= LOOK_MS) this.#look(now);
  }

  #look(now: number): void {
    this.#looked = now;
    for (const socket of this.#ctx.getWebSockets()) {
      // One that its client has left for another is closed, but still there.
      if (socket.readyState !== 1) continue;
      const link = this.#linkOf(socket);
      if (link?.extended && link.isGreeted && !link.isShut) {
        this.#check(socket, link, now);
      }
    }
  }

  #check(socket: WorkerSocket, link: Watched, now: number): void {
    const signs = this.#signs.get(socket);
    if (signs === undefined) {
      this.#signs.set(socket, { heard: now, asked: undefined });
      return;
    }
    const pinged = this.#ctx.getWebSocketAutoResponseTimestamp?.(socket);
    const heard = Math.max(signs.heard, pinged?.getTime() ?? 0);
    if (now - heard < QUIET_MS) signs.asked = undefined;
    else if (signs.asked === undefined) {
      signs.asked = now;
      link.ask();
    } else if (now - signs.asked >= ANSWER_MS) {
      link.vanished();
    }
  }
}
