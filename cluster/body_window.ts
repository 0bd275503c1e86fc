import { encodeCount, NodeFrame } from "../src/protocol/node_frames.ts";
import type { Pipe } from "./pipe.ts";

/** Bytes of a body that may be on their way. */
const WINDOW = 256 * 1024;
const encoder = new TextEncoder();

/** A body that goes through a pipe, no faster than the other end reads. */
export class OutgoingBody {
  #pipe: Pipe;
  #id: number;
  #drop: (reader: ReadableStreamDefaultReader<Uint8Array>) => void;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #room = WINDOW;
  #resume: (() => void) | undefined;
  #isOver = false;

  /** `drop` ends the reading of what nobody wants. */
  constructor(
    pipe: Pipe,
    id: number,
    drop: (reader: ReadableStreamDefaultReader<Uint8Array>) => void,
  ) {
    this.#pipe = pipe;
    this.#id = id;
    this.#drop = drop;
  }

  /** Sends all of `body`. Resolves when that is done, or the other end does not want it. */
  async send(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = this.#reader = body.getReader();
    if (this.#isOver) return this.#drop(reader);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (this.#isOver) return;
        if (done) return this.#end("");
        await this.#pieces(value);
      }
    } catch (error) {
      this.#end(String((error as Error)?.message ?? error) || "it broke");
    }
  }

  /** The other end has read so many bytes; 0, it reads no more. */
  credit(bytes: number): void {
    if (bytes === 0) return this.cancel();
    this.#room += bytes;
    this.#resume?.();
  }

  /** Nobody wants the rest. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#resume?.();
    if (this.#reader !== undefined) this.#drop(this.#reader);
  }

  async #pieces(chunk: Uint8Array): Promise<void> {
    let at = 0;
    while (at < chunk.length) {
      while (this.#room <= 0 && !this.#isOver) {
        await new Promise<void>((resolve) => this.#resume = resolve);
        this.#resume = undefined;
      }
      if (this.#isOver) return;
      const piece = chunk.subarray(at, at + this.#room);
      this.#room -= piece.length;
      at += piece.length;
      this.#pipe.send(NodeFrame.PART, this.#id, piece);
    }
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pipe.send(NodeFrame.END, this.#id, encoder.encode(why));
  }
}

/** A body that comes through a pipe. */
export class IncomingBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #isOver = false;
  /** Bytes that came, and nobody has read as far as the other end knows. */
  #unread = 0;

  /** `cancelled` is told that its reader wants no more. */
  constructor(pipe: Pipe, id: number, cancelled: () => void) {
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        // Called whenever something was read: the rest waits here.
        const left = WINDOW - (this.#controller.desiredSize ?? WINDOW);
        const read = this.#unread - left;
        if (read <= 0) return;
        this.#unread = left;
        pipe.send(NodeFrame.CREDIT, id, encodeCount(read));
      },
      cancel: () => {
        if (this.#isOver) return;
        this.#isOver = true;
        pipe.send(NodeFrame.CREDIT, id, encodeCount(0));
        cancelled();
      },
    }, { highWaterMark: WINDOW, size: (chunk) => chunk!.byteLength });
  }

  /** More of it. */
  part(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#unread += bytes.length;
    this.#controller.enqueue(bytes.slice());
  }

  /** The end; `why` it broke, if it did. */
  end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (why === "") this.#controller.close();
    else this.#controller.error(new Error(why));
  }
}
