import {
  clientFrame,
  repeated,
  serverFrameSize,
  TEXT,
  text,
} from "./frames.ts";
import type { Peer } from "./peer.ts";

/** Messages to send on open connections, each of which comes back to its sender. */
export interface EchoJob {
  readonly type: "echo";
  readonly messages: number;
  /** Unanswered messages of one connection. */
  readonly inFlight: number;
  /** Bytes of one message. */
  readonly size: number;
}

/** Sends a message for each that came back, and counts bytes: every reply has the same size. */
export function echo(peers: readonly Peer[], job: EchoJob): Promise<void> {
  return exchange(peers, job, text(job.size), job.size);
}

/** Sends `message` for each reply of `size` bytes. */
export function exchange(
  peers: readonly Peer[],
  job: { readonly messages: number; readonly inFlight: number },
  message: Uint8Array,
  size: number,
): Promise<void> {
  const frame = clientFrame(TEXT, message);
  const frames = repeated(frame, job.inFlight);
  const replySize = serverFrameSize(size);
  let unsent = job.messages;
  let unanswered = job.messages;
  return new Promise((resolve, reject) => {
    const send = (peer: Peer, count: number) => {
      const number = Math.min(count, unsent);
      unsent -= number;
      if (number > 0) peer.write(frames.subarray(0, number * frame.length));
    };
    for (const peer of peers) {
      let partial = 0;
      peer.ended = () => reject(new Error("The server ended a connection"));
      peer.receive = (chunk) => {
        const bytes = partial + chunk.length;
        const replies = Math.floor(bytes / replySize);
        partial = bytes - replies * replySize;
        unanswered -= replies;
        send(peer, replies);
        if (unanswered === 0) resolve();
      };
    }
    for (const peer of peers) send(peer, job.inFlight);
  });
}
