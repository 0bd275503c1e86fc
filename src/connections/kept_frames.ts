import type { SocketData } from "../ports/socket.ts";
import type { HostServices } from "../runtime/host_services.ts";
import { byteSize, copyBytes } from "../runtime/socket_data.ts";

/** What a frame counts besides its bytes. */
const OVERHEAD_BYTES = 64;

/** A message that one or more clients have not acknowledged. */
interface Frame {
  readonly data: SocketData;
  readonly size: number;
  /** How many keep it. */
  holders: number;
}

/** What all sessions of a host keep. A text that is broadcast is there once. */
export class FrameMemory {
  bytes = 0;
  #last: Frame | undefined;

  hold(data: SocketData): Frame {
    let frame = this.#last;
    if (frame === undefined || frame.data !== data) {
      this.#last = frame = {
        data: typeof data === "string" ? data : copyBytes(data),
        size: byteSize(data) + OVERHEAD_BYTES,
        holders: 0,
      };
    }
    if (frame.holders++ === 0) this.bytes += frame.size;
    return frame;
  }

  release(frame: Frame): void {
    if (--frame.holders === 0) this.bytes -= frame.size;
  }
}

const frameMemory = (_: HostServices) => new FrameMemory();

/** Messages of one connection that its client may not have, oldest first, within the bounds of a session. */
export class KeptFrames {
  #limit: number;
  #hostLimit: number;
  #memory: FrameMemory;
  #numbers: number[] = [];
  #frames: Frame[] = [];
  #bytes = 0;

  constructor(host: HostServices) {
    this.#limit = host.limits.sessionBytes;
    this.#hostLimit = host.limits.allSessionBytes;
    this.#memory = host.shared(frameMemory);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  /** The number of the newest one. */
  get last(): number {
    return this.#numbers[this.#numbers.length - 1];
  }

  /** Keeps a message, and drops the oldest ones that there is no room for: the number of the newest of those, or 0. */
  add(number: number, data: SocketData): number {
    const frame = this.#memory.hold(data);
    this.#numbers.push(number);
    this.#frames.push(frame);
    this.#bytes += frame.size;
    return this.#bytes > this.#limit || this.#memory.bytes > this.#hostLimit
      ? this.#shrink()
      : 0;
  }

  /** The client has all up to `number`. */
  acknowledge(number: number): void {
    const after = this.#numbers.findIndex((kept) => kept > number);
    this.#drop(after < 0 ? this.#frames.length : after);
  }

  /** Keeps nothing any more, and returns what was kept. */
  take(): SocketData[] {
    const all = this.#frames.map(({ data }) => data);
    this.#drop(all.length);
    return all;
  }

  /** A quarter more than has to be, as this moves what is left. */
  #shrink(): number {
    let count = 0;
    let freed = 0;
    const wanted = Math.max(
      this.#bytes - this.#limit,
      Math.min(this.#bytes, this.#memory.bytes - this.#hostLimit),
    ) + this.#bytes / 4;
    while (count < this.#frames.length && freed < wanted) {
      freed += this.#frames[count++].size;
    }
    const lost = this.#numbers[count - 1];
    this.#drop(count);
    return lost;
  }

  #drop(count: number): void {
    for (let at = 0; at < count; at++) {
      const frame = this.#frames[at];
      this.#bytes -= frame.size;
      this.#memory.release(frame);
    }
    this.#frames.splice(0, count);
    this.#numbers.splice(0, count);
  }
}
