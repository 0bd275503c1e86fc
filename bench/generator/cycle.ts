import { clientFrame, CLOSE, frameAt, TEXT, text } from "./frames.ts";
import { type Target, upgradedAt, upgradeRequest } from "./opening.ts";
import { joined, Peer } from "./peer.ts";

/** Connections that each live for one message. */
export interface CycleJob {
  readonly type: "cycle";
  readonly cycles: number;
  /** Connections at the same time. */
  readonly lanes: number;
  /** Bytes of the message. */
  readonly size: number;
}

/** Connects, sends a message, waits for its echo, closes, waits for the answer: again and again. */
export async function cycle(target: Target, job: CycleJob): Promise<void> {
  const words: Words = {
    upgrade: upgradeRequest(target),
    message: clientFrame(TEXT, text(job.size)),
    close: clientFrame(CLOSE, Uint8Array.of(1000 >> 8, 1000 & 0xff)),
  };
  let next = 0;
  const lane = async () => {
    while (next++ < job.cycles) await once(target, words);
  };
  await Promise.all(Array.from({ length: job.lanes }, lane));
}

/** What a connection says, in this order. */
interface Words {
  readonly upgrade: Uint8Array;
  readonly message: Uint8Array;
  readonly close: Uint8Array;
}

async function once(target: Target, words: Words): Promise<void> {
  const peer = await Peer.connect(target.host);
  await new Promise<void>((resolve, reject) => {
    let upgraded = false;
    let echoed = false;
    let rest: Uint8Array = new Uint8Array();
    peer.ended = () =>
      echoed ? resolve() : reject(new Error("The server ended a connection"));
    const read = () => {
      let at = 0;
      if (!upgraded) {
        at = Math.max(0, upgradedAt(rest));
        if (at === 0) return;
        upgraded = true;
        peer.write(words.message);
      }
      for (let head; (head = frameAt(rest, at)) !== undefined; at = head.end) {
        if (head.opcode === CLOSE) resolve();
        // The server's own first frames are JSON.
        else if (rest[head.start] === LETTER_A) {
          echoed = true;
          peer.write(words.close);
        }
      }
      rest = rest.slice(at);
    };
    peer.receive = (chunk) => {
      rest = joined(rest, chunk);
      try {
        read();
      } catch (error) {
        reject(error);
      }
    };
    peer.write(words.upgrade);
  });
  peer.destroy();
}

const LETTER_A = 0x61;
