import { systemClock } from "../src/runtime/system_clock.ts";
import { Introduction } from "./introduction.ts";
import { connectTcp, type PipeTls, type TcpSocket } from "./net_types.ts";
import type { ClusterNode } from "./ownership.ts";
import type { PeerNode } from "./peer_node.ts";

const FIRST_REST_MS = 50;
const MAX_REST_MS = 1000;

/** How a pipe comes about. */
export interface DialOptions {
  /** The id of this process. */
  readonly self: string;
  readonly secret: Uint8Array;
  readonly tls: PipeTls | undefined;
  readonly silenceMs: number;
  /** It is open. */
  reached(node: ClusterNode): void;
  /** It can't be opened; told once until it is. */
  unreachable(node: ClusterNode, why: string): void;
}

/** Keeps a pipe to another process open, as long as that is there. */
export class Dialler {
  readonly node: ClusterNode;
  readonly peer: PeerNode;
  /** Why there is no pipe. */
  error: string | undefined;
  #options: DialOptions;
  #rest = FIRST_REST_MS;
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(node: ClusterNode, peer: PeerNode, options: DialOptions) {
    this.node = node;
    this.peer = peer;
    this.#options = options;
    this.dial();
  }

  /** Begins, and begins again when the pipe is lost. */
  dial(): void {
    if (this.#isOver || this.peer.pipe !== undefined) return;
    const { self, secret, tls, silenceMs } = this.#options;
    let socket: TcpSocket;
    try {
      socket = connectTcp(
        this.node.address,
        tls,
        () => introduction.begin(),
      );
    } catch (error) {
      return this.#failed((error as Error).message);
    }
    const introduction = new Introduction(socket, {
      end: "dialler",
      node: self,
      secret,
      expected: this.node.id,
      merges: false,
      silenceMs,
      proven: (pipe) => {
        this.error = undefined;
        this.#rest = FIRST_REST_MS;
        this.#options.reached(this.node);
        this.peer.reached(pipe);
        return this.peer;
      },
      failed: (why) => this.#failed(why),
    });
  }

  /** The pipe is lost. */
  lost(why: string): void {
    this.error = why;
    this.#again();
  }

  /** The other process is gone. */
  over(why: string): void {
    this.#isOver = true;
    this.#cancel?.();
    this.peer.over(why);
  }

  #failed(why: string): void {
    if (this.error === undefined) this.#options.unreachable(this.node, why);
    this.error = why;
    this.#again();
  }

  #again(): void {
    if (this.#isOver) return;
    this.#cancel?.();
    this.#cancel = systemClock.after(this.#rest, () => this.dial());
    this.#rest = Math.min(this.#rest * 2, MAX_REST_MS);
  }
}
