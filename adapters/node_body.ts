import type { NodeIncoming } from "./node_types.ts";

/** Bytes of a body that wait for their reader when the answer is out, so that the next request of the connection does not. */
const KEPT_BYTES = 1024 * 1024;

/** The part of Node's `IncomingMessage` that makes a body. */
interface Source extends NodeIncoming {
  readonly destroyed: boolean;
  readonly readableEnded: boolean;
  readonly errored?: Error | null;
  readonly socket?: NodeIncoming["socket"] & {
    readonly timeout?: number;
    setTimeout?(ms: number): unknown;
  };
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: string, listener: () => void): unknown;
  removeAllListeners(event: string): unknown;
  pause(): unknown;
  read(size: number): unknown;
  resume(): unknown;
}

/**
 * The body of a request. Node's `Readable.toWeb()` has a reader that cancels
 * it end the process, or the connection stand still: all that nobody reads has
 * to be read here, or no other request comes.
 */
export class NodeBody {
  readonly stream: ReadableStream<Uint8Array>;
  #source: Source;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** How much room there was when it was last looked at. */
  #left = 0;
  #isRead = false;
  #isAnswered = false;
  #isOver = false;

  private constructor(source: Source) {
    this.#source = source;
    this.stream = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#pull(),
      cancel: () => this.#discard(),
    }, {
      // Nothing is read before somebody asks: it may be for another listener.
      highWaterMark: 0,
      size: (chunk) => chunk.byteLength,
    });
  }

  /** `undefined` when it has none, or when somebody else has read it. */
  static of(incoming: NodeIncoming): NodeBody | undefined {
    const source = incoming as Source;
    const { method, destroyed, readableEnded } = source;
    if (
      method === "GET" || method === "HEAD" || destroyed || readableEnded ||
      "rawBody" in source
    ) return undefined;
    return new NodeBody(source);
  }

  /** The answer to its request is out. Who reads it may go on, but not for ever keep others from being answered. */
  answered(): void {
    if (this.#isOver || this.#source.destroyed) return;
    if (!this.stream.locked) return this.#giveUp();
    this.#isAnswered = true;
    // Node tells of silence, as between two requests, and would end the connection.
    this.#source.on("timeout", () => {
      if (this.#isOver) return;
      const { desiredSize } = this.#controller;
      // Where nothing waits, it is the client who is silent.
      if (desiredSize! < 0 && desiredSize === this.#left) return this.#giveUp();
      this.#left = desiredSize!;
      const { socket } = this.#source;
      socket?.setTimeout?.(socket.timeout ?? 0);
    });
    this.#pull();
    // Or Node takes it for a body that nobody reads, and throws it away.
    this.#source.read(0);
  }

  #pull(): void {
    const source = this.#source;
    if (this.#isOver) return;
    if (!this.#isRead) {
      this.#isRead = true;
      if (source.destroyed) return this.#fail();
      source.on("data", (chunk) => {
        this.#controller.enqueue(chunk);
        this.#left = this.#controller.desiredSize!;
        const kept = this.#isAnswered ? KEPT_BYTES : 0;
        if (this.#left <= -kept) source.pause();
      });
      source.on("end", () => this.#end());
      source.on("error", () => this.#fail());
      source.on("close", () => this.#fail());
    }
    source.resume();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller.close();
  }

  #fail(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller.error(
      this.#source.errored ??
        new DOMException("The client has gone", "AbortError"),
    );
  }

  #giveUp(): void {
    this.#controller.error(
      new TypeError("The request was answered before its body was read"),
    );
    this.#discard();
  }

  #discard(): void {
    this.#isOver = true;
    this.#source.removeAllListeners("data");
    this.#source.resume();
  }
}
