import type { SocketData } from "../ports/socket.ts";
import type { FrameKind } from "../protocol/state_frames.ts";
import type { HostServices } from "../runtime/host_services.ts";
import { byteSize, copyBytes } from "../runtime/socket_data.ts";
import { Watcher } from "../runtime/watcher.ts";

const LOOK_MS = 5;
/** A peer that takes nothing is looked at less often, up to this many looks apart. */
const MAX_SKIP = 32;
/** What is unsent past the limit has to get less in this time. */
const GRACE_MS = 4000;
/** The same, where four times the limit wait for the socket. */
const SHORT_GRACE_MS = 1000;
/** Besides, the socket has the time for what it was given at this rate: not every runtime tells how much of a message is gone. */
const BYTES_PER_MS = 64 * 1024 / 1000;

/** A connection, as its queue sees it. */
export interface QueuedPeer {
  /** Bytes that its socket has not been able to send. */
  readonly socketBytes: number;
  /** Has the peer say that it has taken all that the socket was given, where nothing else tells. */
  settle(): void;
  /** Hands a frame to the socket. */
  put(data: SocketData, kind?: FrameKind): void;
  /** All is with the socket now, and then the close frame if there was one. */
  caughtUp(): void;
  /** It did not take what it was sent in the time it had. */
  tooSlow(): void;
}

/**
 * Frames of one connection that wait until its socket has sent what it has.
 * Only a connection that is behind has a queue. What counts is whether the
 * peer takes them over time: how much one turn of the event loop has sent
 * says nothing about it.
 */
export class SendQueue {
  readonly peer: QueuedPeer;
  #limit: number;
  #socketBytes: number;
  #frames: (SocketData | undefined)[] = [];
  #kinds: (FrameKind | undefined)[] = [];
  #next = 0;
  #bytes = 0;
  /** Where frames about the state are that wait, or have waited. */
  #states: number[] = [];
  /** Since when there has been too much, and how much it was then. */
  #over: { readonly at: number; readonly bytes: number } | undefined;
  /** What the socket had at the end of the last look. */
  #held = Infinity;
  #skip = 0;
  #skipped = 0;

  /** `limit` is what may wait in all, `socketBytes` what the socket is given of it. */
  constructor(peer: QueuedPeer, limit: number, socketBytes: number) {
    this.peer = peer;
    this.#limit = limit;
    this.#socketBytes = socketBytes;
  }

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A whole state takes the place of all that still waits and is about an older one. */
  add(data: SocketData, kind: FrameKind | undefined): void {
    if (kind === "state") {
      for (const at of this.#states) {
        if (at < this.#next) continue;
        this.#bytes -= byteSize(this.#frames[at]!);
        this.#frames[at] = undefined;
      }
      this.#states = [];
    }
    if (kind === "state" || kind === "patch") {
      this.#states.push(this.#frames.length);
    }
    this.#bytes += byteSize(data);
    this.#kinds.push(kind);
    this.#frames.push(typeof data === "string" ? data : copyBytes(data));
  }

  /** Sends everything. */
  flush(): void {
    const kinds = this.#kinds.splice(this.#next);
    for (const [at, data] of this.#frames.splice(this.#next).entries()) {
      if (data !== undefined) this.peer.put(data, kinds[at]);
    }
  }

  /** What waits, but for what is of no use on another connection. */
  lasting(): SocketData[] {
    return this.#frames.filter((data, at): data is SocketData =>
      at >= this.#next && data !== undefined && this.#kinds[at] === undefined
    );
  }

  /** Sends what the socket can take. `false` when nothing waits any more. */
  look(now: number): boolean {
    if (this.#skipped++ < this.#skip) return true;
    this.#skipped = 0;
    let held = this.peer.socketBytes;
    const sending = held;
    const total = held + this.#bytes;
    // What is added here meanwhile says nothing about the peer.
    this.#skip = held === 0 || held < this.#held
      ? 0
      : Math.min(this.#skip * 2 + 1, MAX_SKIP);
    // Below half of it, so that a socket does not run dry between two looks.
    if (held <= this.#socketBytes / 2) {
      while (this.#next < this.#frames.length) {
        const data = this.#frames[this.#next];
        // At least one, however large.
        const size = data === undefined ? 0 : byteSize(data);
        if (held > 0 && held + size > this.#socketBytes) {
          this.peer.settle();
          break;
        }
        this.#frames[this.#next++] = undefined;
        if (data === undefined) continue;
        this.#bytes -= byteSize(data);
        held += byteSize(data);
        this.peer.put(data, this.#kinds[this.#next - 1]);
      }
      this.#trim();
      if (this.#frames.length === 0 && held <= this.#socketBytes) return false;
    }
    this.#held = held;
    this.#judge(now, total, sending);
    return true;
  }

  #judge(now: number, total: number, sending: number): void {
    if (total <= this.#limit) return void (this.#over = undefined);
    const over = this.#over ??= { at: now, bytes: total };
    const grace = total - sending > this.#limit * 4
      ? SHORT_GRACE_MS
      : GRACE_MS + sending / BYTES_PER_MS;
    if (now - over.at < grace) return;
    if (total >= over.bytes) this.peer.tooSlow();
    else this.#over = { at: now, bytes: total };
  }

  #trim(): void {
    if (this.#next === this.#frames.length) {
      this.#frames.length = this.#kinds.length = this.#next = 0;
      this.#states = [];
    } else if (this.#next > 1024) {
      this.#frames.splice(0, this.#next);
      this.#kinds.splice(0, this.#next);
      const gone = this.#next;
      this.#states = this.#states.map((at) => at - gone);
      this.#next = 0;
    }
  }
}

/** The queues of all connections of a host. Not every socket says when it has drained: those that are behind are looked at. */
export const sendQueues = ({ timer }: HostServices) =>
  new Watcher<SendQueue>(
    timer.clock,
    LOOK_MS,
    (queue, now) => queue.look(now),
    ({ peer }) => peer.caughtUp(),
  );
