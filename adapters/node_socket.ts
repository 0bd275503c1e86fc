import { copyBytes } from "../src/runtime/socket_data.ts";
import type { Socket, SocketData, SocketEvents } from "../src/ports/socket.ts";
import type { OurSocket, SocketListener } from "./node_socket_class.ts";
import type { NodeDuplex } from "./node_types.ts";

/** Bytes past which what is sent does not wait for the end of the turn. */
const PIECE = 64 * 1024;

/** The part of Node's `process` that this file uses. */
interface NodeProcess {
  nextTick(job: (socket: SocketOfNode) => void, socket: SocketOfNode): void;
}

/** The core's view of an {@linkcode OurSocket}. */
export class SocketOfNode implements Socket, SocketListener {
  #ws: OurSocket;
  #tcp: NodeDuplex;
  #events: SocketEvents;
  #open: Set<SocketOfNode>;
  /** Looks since something came of it. */
  #silence = 0;
  /** Bytes that had come at the last look: a message that is on its way for long is a sign of life, too. */
  #heard = 0;
  #isHeld = false;

  constructor(
    ws: OurSocket,
    tcp: NodeDuplex,
    events: SocketEvents,
    open: Set<SocketOfNode>,
  ) {
    this.#ws = ws;
    this.#tcp = tcp;
    this.#events = events;
    this.#open = open;
  }

  get readyState(): number {
    return this.#ws.readyState;
  }

  get bufferedAmount(): number {
    return this.#ws.bufferedAmount;
  }

  start(): void {
    this.#ws.start(this);
    this.#events.open(this);
  }

  /** Messages of one turn leave together: each by itself would cost a system call, which is most of its price. */
  send(data: SocketData): void {
    if (!this.#isHeld) {
      this.#isHeld = true;
      this.#tcp.cork();
      nextTick(release, this);
    }
    // It keeps what the system does not take at once, and the caller may use the bytes again.
    this.#ws.send(typeof data === "string" ? data : copyBytes(data));
    if (this.#tcp.writableLength > PIECE) this.release();
  }

  /** Hands over what was sent. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#tcp.uncork();
  }

  close(code: number, reason: string): void {
    this.#ws.hangUp(code, reason);
  }

  terminate(): boolean {
    this.#ws.terminate();
    return true;
  }

  /** Asks who has been silent for a sign of life, and drops who has given none. */
  look(): void {
    const { bytesRead } = this.#tcp;
    if (this.#heard !== bytesRead) this.#silence = 0;
    this.#heard = bytesRead;
    const silence = this.#silence++;
    if (silence > 1) this.#ws.terminate();
    else if (silence === 1 && this.#ws.readyState === 1) this.#ws.ping();
  }

  receive(data: string | ArrayBuffer): void {
    this.#events.receive(data);
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    this.#open.delete(this);
    this.#events.closed(code, reason, wasClean);
  }
}

function release(socket: SocketOfNode): void {
  socket.release();
}

function nextTick(
  job: (socket: SocketOfNode) => void,
  socket: SocketOfNode,
): void {
  (globalThis as unknown as { process: NodeProcess }).process
    .nextTick(job, socket);
}
