import {
  ackFrame,
  OFFER,
  RESUME,
  type ResumeFrame,
} from "../protocol/session_frames.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { type ClientData, sizeOf } from "./outgoing_message.ts";

/** The server is told how many messages have come after so many bytes of them. */
const ACK_BYTES = 65_536;
/** Bytes of messages without an acknowledgement that are kept. */
const MOST_BYTES = 262_144;
/** What a message counts besides its bytes. */
const OVERHEAD_BYTES = 64;

/**
 * How many messages have come and gone in this session, and which of those of
 * this client the server may not have.
 */
export class Delivery {
  /** The secret of the session, as the server has said it; `undefined` while there is no session to go on with. */
  session: unknown;
  /** How long the server keeps the session without a connection, in milliseconds. */
  window = 0;
  #write: (frame: string) => void;
  #received = 0;
  /** Bytes that the server does not know to have come. */
  #untold = 0;
  #sent = 0;
  /** The last messages that were sent, in order, with holes for those of no use later; `undefined` where the server knows no sessions. */
  #kept: (ClientData | undefined)[] | undefined;
  #bytes = 0;

  /** `write` sends. */
  constructor(write: (frame: string) => void) {
    this.#write = write;
  }

  /** The value of `SESSION_KEY` in the query. */
  get wish(): string {
    return this.session ? RESUME : OFFER;
  }

  /** The frame that proves that this client has the session. */
  get proof(): string {
    const frame: ResumeFrame = {
      type: "roam_resume",
      session: `${this.session}`,
      received: this.#received,
      lost: this.#gone,
    };
    return JSON.stringify(frame);
  }

  /** The messages that are not kept any more. */
  get #gone(): number {
    return this.#sent - this.#kept!.length;
  }

  /** A connection begins with nothing. */
  begin(): void {
    this.session = undefined;
    this.#received =
      this.#untold =
      this.#sent =
      this.#bytes =
        0;
    this.#kept = [];
  }

  /** The server has received so many messages, and goes on to count there: those that it has not. */
  resume(received: number): ClientData[] {
    this.#forget(received);
    this.#sent = received;
    this.#bytes = 0;
    return this.#kept!.splice(0).filter((data) => data !== undefined);
  }

  /** A message goes. */
  sent(data: ClientData, isKept: boolean): void {
    this.#sent++;
    // Who sent bytes may put others in their place.
    const kept = isKept ? (data as ArrayBuffer).slice?.() ?? data : undefined;
    this.#bytes += this.#kept ? weightOf(kept) : 0;
    this.#kept?.push(kept);
    while (this.#bytes > MOST_BYTES) this.#forget(this.#gone + 1);
  }

  /** A message has come. */
  heard(data: unknown, frame: ServerFrame | undefined): void {
    if (frame?.type === "roam_hello") {
      this.session = frame.session;
      this.window = frame.sessionMs as number;
    }
    if (!this.session) this.#kept = undefined;
    if (frame?.type === "roam_ack") {
      this.#forget(frame.received as number);
    }
    this.#received++;
    this.#untold += weightOf(data as ClientData);
    if (this.#untold > ACK_BYTES) this.tell();
  }

  /** Tells the server how many messages have come, if it does not know. */
  tell(): void {
    if (this.session && this.#untold) this.#write(ackFrame(this.#received));
    this.#untold = 0;
  }

  /** Those up to this number are of no use any more. */
  #forget(last: number): void {
    for (const data of this.#kept!.splice(0, last - this.#gone)) {
      this.#bytes -= weightOf(data);
    }
  }
}

function weightOf(data: ClientData = ""): number {
  return sizeOf(data) + OVERHEAD_BYTES;
}
