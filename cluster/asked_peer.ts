import { Refusal } from "../src/host/platform.ts";
import type { NodeFrameType } from "../src/protocol/node_frames.ts";
import { MovedError } from "../src/runtime/moved.ts";
import { systemClock } from "../src/runtime/system_clock.ts";
import type { PeerRequests } from "./peer_requests.ts";

const ELSEWHERE = "the node that was asked does not have it";

/** What is known of the process that is asked. */
export interface AskedPeerHost {
  /** Milliseconds that a call waits for a pipe. */
  readonly waitMs: number;
  /** Whether the process that is asked has the shard, as far as this one knows. */
  isOwner(shard: number): boolean;
}

/** Calls and requests to another process: those that it was sent, and those that wait for a pipe to it. */
export class AskedPeer {
  #host: AskedPeerHost;
  /** Those of the open pipe. */
  #requests: PeerRequests | undefined;
  #waiting = new Set<{ recheck(): void }>();

  constructor(host: AskedPeerHost) {
    this.#host = host;
  }

  /** There is a pipe, with these requests. */
  reached(requests: PeerRequests): void {
    this.#requests = requests;
    this.recheck();
  }

  /** The pipe is gone, and nobody knows what became of what was sent. */
  closed(): void {
    const requests = this.#requests;
    this.#requests = undefined;
    requests?.broken();
  }

  /** The map of shards has changed: what waits for this process may have to ask another one. */
  recheck(): void {
    for (const waiting of this.#waiting) waiting.recheck();
  }

  /** A frame about a call or a request, which may be over. */
  frame(type: NodeFrameType, id: number, body: Uint8Array): void {
    this.#requests?.frame(type, id, body);
  }

  /** The requests of the open pipe. Rejects when the shard moves before there is one, and when there is none in time. */
  requests(shard: number): Promise<PeerRequests> {
    return new Promise((resolve, reject) => {
      if (this.#requests !== undefined) return resolve(this.#requests);
      const waiting = {
        recheck: () => {
          if (this.#requests !== undefined) resolve(this.#requests);
          else if (this.#host.isOwner(shard)) return;
          else reject(new MovedError(ELSEWHERE));
          this.#waiting.delete(waiting);
          cancel();
        },
      };
      const cancel = systemClock.after(this.#host.waitMs, () => {
        this.#waiting.delete(waiting);
        reject(new Refusal(503, "the process of this agent is unreachable"));
      });
      this.#waiting.add(waiting);
    });
  }
}
