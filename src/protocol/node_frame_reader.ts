import {
  HEAD_BYTES,
  MAX_STRANGER_FRAME,
  NodeFrame,
  NodeFrameError,
  type NodeFrameType,
} from "./node_frames.ts";

const LENGTH_BYTES = 4;
const LAST_TYPE = Math.max(...Object.values(NodeFrame));

/** Hears each frame. `body` is a view, good until it returns. */
export type NodeFrameListener = (
  type: NodeFrameType,
  connection: number,
  body: Uint8Array,
) => void;

/** Cuts a stream of bytes into frames. */
export class NodeFrameReader {
  /** A longer frame is an error as soon as its length is known. */
  maxBytes = MAX_STRANGER_FRAME;
  #listener: NodeFrameListener;
  /** Less than one frame. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** Bytes without which nothing can be done. */
  #wanted = 0;
  #isClosed = false;

  constructor(listener: NodeFrameListener) {
    this.#listener = listener;
  }

  /** Hands on what is complete. Throws a {@linkcode NodeFrameError} for what is no frame; the reader is of no use after that. */
  push(chunk: Uint8Array): void {
    if (this.#size === 0) return this.#read(chunk);
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#size = 0;
    this.#read(all);
  }

  /** Nothing is handed on any more. */
  close(): void {
    this.#isClosed = true;
    this.#pieces = [];
  }

  #read(bytes: Uint8Array): void {
    const view = new DataView(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
    let at = 0;
    while (!this.#isClosed) {
      const left = bytes.length - at;
      if (left < LENGTH_BYTES) return this.#keep(bytes, at, LENGTH_BYTES);
      const length = view.getUint32(at);
      if (length > this.maxBytes) {
        throw new NodeFrameError(`a frame of ${length} bytes is too long`);
      }
      if (length < HEAD_BYTES - LENGTH_BYTES) {
        throw new NodeFrameError("a frame is too short");
      }
      const end = at + LENGTH_BYTES + length;
      if (end > bytes.length) return this.#keep(bytes, at, end - at);
      const type = bytes[at + 4];
      if (type === 0 || type > LAST_TYPE) {
        throw new NodeFrameError(`there is no frame of type ${type}`);
      }
      const connection = view.getUint32(at + 5);
      const body = bytes.subarray(at + HEAD_BYTES, end);
      this.#listener(type as NodeFrameType, connection, body);
      at = end;
    }
  }

  #keep(bytes: Uint8Array, at: number, wanted: number): void {
    if (at === bytes.length) return;
    this.#pieces = [bytes.subarray(at)];
    this.#size = bytes.length - at;
    this.#wanted = wanted;
  }
}
