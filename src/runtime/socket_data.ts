import type { SocketData } from "../ports/socket.ts";
import { isThenable } from "./thenable.ts";

/** The size of a message; of text at least, and where it is ASCII exactly. */
export function byteSize(data: SocketData): number {
  return typeof data === "string" ? data.length : data.byteLength;
}

/** The bytes, in memory of their own. */
export function copyBytes(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data.slice(0);
  const { buffer, byteOffset, byteLength } = data;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

/** Throws a `TypeError` for what no socket can carry. */
export function assertSendable(data: unknown): asserts data is SocketData {
  if (typeof data === "string") return;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return;
  throw new TypeError(
    `Cannot send: message must be a string, an ArrayBuffer or a view of one: received ${
      data === null
        ? "null"
        : isThenable(data)
        ? "a promise; await it first"
        : typeof data
    }`,
  );
}
