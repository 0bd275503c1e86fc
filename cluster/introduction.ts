import {
  NodeFrame,
  NodeFrameError,
  type NodeFrameType,
} from "../src/protocol/node_frames.ts";
import { systemClock } from "../src/runtime/system_clock.ts";
import type { TcpSocket } from "./net_types.ts";
import { Pipe, type PipeListener, type PipeOptions } from "./pipe.ts";
import { type Hello, helloBody, isProof, newHello, proofOf } from "./proof.ts";

/** Milliseconds for a stranger to say who it is. */
export const INTRODUCTION_MS = 3000;
const encoder = new TextEncoder();

/** Which end this process is. */
export type End = "dialler" | "listener";

/** Who this process is, and whom it wants to hear. */
export interface IntroductionOptions extends PipeOptions {
  readonly end: End;
  /** The id of this process. */
  readonly node: string;
  readonly secret: Uint8Array;
  /** The id that the other end has to have. */
  readonly expected?: string;
  /** The other end has proven that it is one of the cluster: what hears it from now on. */
  proven(pipe: Pipe, hello: Hello): PipeListener;
  /** The other end has not proven it, or is gone. */
  failed(why: string): void;
}

/** The beginning of a pipe: both ends say who they are, and prove that they know the secret. */
export class Introduction implements PipeListener {
  readonly pipe: Pipe;
  #options: IntroductionOptions;
  #own: Hello;
  #theirs: Hello | undefined;
  #next: PipeListener | undefined;
  #cancel: () => void;

  constructor(socket: TcpSocket, options: IntroductionOptions) {
    this.#options = options;
    this.#own = newHello(options.node);
    this.pipe = new Pipe(socket, this, options);
    this.#cancel = systemClock.after(
      INTRODUCTION_MS,
      () => this.pipe.close("it does not say who it is"),
    );
  }

  /** The dialler speaks first. */
  begin(): void {
    this.#hello();
  }

  frame(type: NodeFrameType, connection: number, body: Uint8Array): void {
    if (this.#next !== undefined) {
      return this.#next.frame(type, connection, body);
    }
    if (type === NodeFrame.HELLO && this.#theirs === undefined) {
      this.#theirs = helloBody(body);
      const { end, expected } = this.#options;
      if (expected !== undefined && expected !== this.#theirs.node) {
        throw new NodeFrameError("another process answers there");
      }
      if (end === "dialler") return;
      this.#hello();
      return this.#prove();
    }
    if (type === NodeFrame.PROOF && this.#theirs !== undefined) {
      return this.#check(body);
    }
    throw new NodeFrameError("it does not say who it is");
  }

  closed(why: string): void {
    this.#cancel();
    if (this.#next !== undefined) this.#next.closed(why);
    else this.#options.failed(why);
  }

  #hello(): void {
    const body = encoder.encode(JSON.stringify(this.#own));
    this.pipe.send(NodeFrame.HELLO, 0, body);
  }

  #prove(): void {
    const { end } = this.#options;
    this.pipe.send(NodeFrame.PROOF, 0, this.#proofOf(end));
  }

  #check(body: Uint8Array): void {
    const { end, proven } = this.#options;
    const other = end === "dialler" ? "listener" : "dialler";
    if (!isProof(body, this.#proofOf(other))) {
      throw new NodeFrameError("it does not know the secret");
    }
    if (end === "dialler") this.#prove();
    this.#cancel();
    this.pipe.trust();
    this.#next = proven(this.pipe, this.#theirs!);
  }

  #proofOf(end: End): Uint8Array {
    const { secret } = this.#options;
    return this.#options.end === "dialler"
      ? proofOf(secret, end, this.#own, this.#theirs!)
      : proofOf(secret, end, this.#theirs!, this.#own);
  }
}
