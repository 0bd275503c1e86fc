import { clientFrame, PONG, TEXT } from "./frames.ts";
import { upgradedAt, upgradeRequest } from "./opening.ts";
import { joined, Peer } from "./peer.ts";

const PING = 0x9;
/** What of a frame's payload is looked at: all of one that wants an answer. */
const BEGIN_BYTES = 64;
/** Frames that bring a state, of ours, of Cloudflare's SDK and of Socket.IO. */
const STATE =
  /^(?:\{"state":|\{"type":"(?:roam_state_patch|cf_agent_state)"|42\["state",)/;

/** A WebSocket client made of TCP, which counts what it is sent. */
export class Listener {
  /** All bytes that came, heads of frames included. */
  bytes = 0;
  /** How many states have come, whole or as patches. */
  states = 0;
  /** Called with the begin of each text that has come in full. */
  heard: (begin: string) => void = () => {};
  #peer: Peer;
  #head: Uint8Array = new Uint8Array();
  #begin: Uint8Array = new Uint8Array();
  #opcode = 0;
  /** Bytes of the payload that have not come. */
  #missing = 0;

  private constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Opens one; `path` may have a query. */
  static async open(host: string, path: string): Promise<Listener> {
    const peer = await Peer.connect(host);
    const listener = new Listener(peer);
    await new Promise<void>((resolve, reject) => {
      peer.ended = () => reject(new Error("The server ended a connection"));
      let head: Uint8Array = new Uint8Array();
      peer.receive = (chunk) => {
        head = joined(head, chunk);
        const end = upgradedAt(head);
        if (end < 0) return;
        peer.receive = (chunk) => listener.#receive(chunk);
        listener.#receive(head.subarray(end));
        resolve();
      };
      peer.write(upgradeRequest({ host, path }));
    });
    return listener;
  }

  send(text: string): void {
    this.#peer.write(clientFrame(TEXT, new TextEncoder().encode(text)));
  }

  /** Sends what was framed before. */
  write(frames: Uint8Array): void {
    this.#peer.write(frames);
  }

  destroy(): void {
    this.#peer.destroy();
  }

  #receive(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    while (chunk.length > 0) {
      if (this.#missing === 0) {
        chunk = this.#open(joined(this.#head, chunk));
        continue;
      }
      const part = chunk.subarray(0, this.#missing);
      const room = BEGIN_BYTES - this.#begin.length;
      if (room > 0) this.#begin = joined(this.#begin, part.subarray(0, room));
      this.#missing -= part.length;
      chunk = chunk.subarray(part.length);
      if (this.#missing === 0) this.#complete();
    }
  }

  /** Reads the head of a frame. Returns what follows, which is nothing where it is not complete. */
  #open(bytes: Uint8Array): Uint8Array {
    const short = bytes[1] & 0x7f;
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    const none = bytes.subarray(bytes.length);
    if (bytes.length < size) {
      this.#head = bytes.slice();
      return none;
    }
    this.#head = none;
    this.#opcode = bytes[0] & 0xf;
    this.#missing = bytes.subarray(2, size).reduce(
      (sum, byte) => sum * 256 + byte,
      0,
    );
    if (short < 126) this.#missing = short;
    this.#begin = none;
    if (this.#missing === 0) this.#complete();
    return bytes.subarray(size);
  }

  #complete(): void {
    if (this.#opcode === PING) this.write(clientFrame(PONG, this.#begin));
    if (this.#opcode !== TEXT) return;
    const begin = new TextDecoder().decode(this.#begin);
    // Answers that servers wait for: of ours, and of Socket.IO.
    if (begin.startsWith('{"type":"roam_mark"')) this.send(begin);
    if (begin === "2") this.send("3");
    if (STATE.test(begin)) this.states++;
    this.heard(begin);
  }
}
