import { clientFrame, serverFrameSize, TEXT, text } from "./frames.ts";
import type { Peer } from "./peer.ts";

/** Messages of one connection that the server sends to all of them. */
export interface BroadcastJob {
  readonly type: "broadcast";
  readonly broadcasts: number;
  /** Broadcasts that have not reached everybody yet. */
  readonly inFlight: number;
  /** Bytes of one message. */
  readonly size: number;
}

/** Sends the next message when one has reached every connection. */
export function broadcast(
  peers: readonly Peer[],
  job: BroadcastJob,
): Promise<void> {
  const frame = clientFrame(TEXT, text(job.size));
  const frameSize = serverFrameSize(job.size);
  /** How many connections each broadcast has still to reach. */
  const missing = new Int32Array(job.broadcasts).fill(peers.length);
  let unsent = job.broadcasts;
  let unfinished = job.broadcasts;
  const [sender] = peers;
  return new Promise((resolve, reject) => {
    const sendNext = () => {
      if (unsent-- > 0) sender.write(frame);
    };
    for (const peer of peers) {
      let partial = 0;
      let reached = 0;
      peer.ended = () => reject(new Error("The server ended a connection"));
      peer.receive = (chunk) => {
        let bytes = partial + chunk.length;
        for (; bytes >= frameSize; bytes -= frameSize) {
          if (--missing[reached++] > 0) continue;
          sendNext();
          if (--unfinished === 0) resolve();
        }
        partial = bytes;
      };
    }
    for (let count = 0; count < job.inFlight; count++) sendNext();
  });
}
