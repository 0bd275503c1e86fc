/** The number of the protocol between the processes of a cluster. A process speaks it with those of this number and of the one before. */
export const NODE_WIRE = 1;

/** Whether processes of these numbers understand each other: the newer one knows what the older one speaks. */
export function speaksWith(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1;
}

/**
 * What travels between two processes of a cluster. A frame is
 * `u32 length, u8 type, u32 connection, body`, in network byte order; the
 * length is that of what follows it.
 */
export const NodeFrame = {
  /** Both: who one is, the number, and a nonce. */
  HELLO: 1,
  /** Both: that one knows the secret. */
  PROOF: 2,
  PING: 3,
  PONG: 4,
  /** Of the gateway: a connection for an instance. */
  OPEN: 5,
  /** Of the gateway: one that had been accepted elsewhere. */
  RESTORE: 6,
  /** The instance's process has taken it: frames may come. */
  OPENED: 7,
  /** The instance is not here, and has heard nothing. */
  NOT_HERE: 8,
  /** Both: a message of text. */
  TEXT: 9,
  /** Both: a message of bytes. */
  BYTES: 10,
  /** To the gateway: one text for many connections; in the place of the connection, how long it is; their numbers come behind it. */
  MANY_TEXT: 11,
  /** The same for bytes. */
  MANY_BYTES: 12,
  /** Both: `u16 code, u8 isClean, reason`. The code 0 cuts the client off. */
  CLOSE: 13,
  /** To the gateway: what it keeps with the socket. */
  ATTACH: 14,
  /** Of the gateway: bytes that its socket has taken, `u32`. */
  DRAINED: 15,
  /** To the gateway: clients of these shards have to wait. */
  HOLD: 16,
  /** Of the gateway: nothing for them comes any more. */
  HELD: 17,
  /** To the gateway: who has these shards now. */
  MOVED: 18,
  /** To the heir: these shards are its own. */
  TAKE: 19,
  /** Of the gateway: an HTTP request. */
  REQUEST: 20,
  /** The head of its answer. */
  RESPONSE: 21,
  /** Both: a piece of a body. */
  PART: 22,
  /** Both: the end of a body; with a text, it broke. */
  END: 23,
  /** Both: bytes of a body that were read, `u32`. */
  CREDIT: 24,
  /** Of the gateway: a call of a method. */
  CALL: 25,
  /** Its result, or its error. */
  RESULT: 26,
} as const;

/** See {@linkcode NodeFrame}. */
export type NodeFrameType = typeof NodeFrame[keyof typeof NodeFrame];

/** The bytes of a frame before its body. */
export const HEAD_BYTES = 9;
/** A frame has at most so many, by its length. */
export const MAX_NODE_FRAME = 80 * 1024 * 1024;
/** The same before the other end has proven that it knows the secret. */
export const MAX_STRANGER_FRAME = 1024;

/** What came is no frame of this protocol. */
export class NodeFrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NodeFrameError";
  }
}

/** How one end was closed. */
export interface NodeClose {
  readonly code: number;
  readonly wasClean: boolean;
  readonly reason: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function textBody(body: Uint8Array): string {
  return decoder.decode(body);
}

export function jsonBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    throw new NodeFrameError("a body is no JSON");
  }
}

export function encodeClose(
  { code, wasClean, reason }: NodeClose,
): Uint8Array {
  const text = encoder.encode(reason);
  const body = new Uint8Array(3 + text.length);
  body[0] = code >> 8;
  body[1] = code;
  body[2] = wasClean ? 1 : 0;
  body.set(text, 3);
  return body;
}

export function closeBody(body: Uint8Array): NodeClose {
  if (body.length < 3) throw new NodeFrameError("a close has no code");
  return {
    code: body[0] << 8 | body[1],
    wasClean: body[2] === 1,
    reason: decoder.decode(body.subarray(3)),
  };
}

export function encodeCount(count: number): Uint8Array {
  const body = new Uint8Array(4);
  new DataView(body.buffer).setUint32(0, count);
  return body;
}

export function countBody(body: Uint8Array): number {
  if (body.length !== 4) throw new NodeFrameError("a count is not of 4 bytes");
  return viewOf(body).getUint32(0);
}

export function encodeShards(shards: readonly number[]): Uint8Array {
  const body = new Uint8Array(shards.length * 2);
  const view = viewOf(body);
  shards.forEach((shard, at) => view.setUint16(at * 2, shard));
  return body;
}

export function shardsBody(body: Uint8Array): number[] {
  if (body.length % 2 !== 0) {
    throw new NodeFrameError("shards are not of 2 bytes each");
  }
  const view = viewOf(body);
  return Array.from(
    { length: body.length / 2 },
    (_, at) => view.getUint16(at * 2),
  );
}

/** The message of a `MANY_TEXT` or `MANY_BYTES`, which is `size` bytes long, and the connections that it is for. */
export function manyBody(
  size: number,
  body: Uint8Array,
): { readonly data: Uint8Array; readonly connections: number[] } {
  const rest = body.length - size;
  if (rest < 4 || rest % 4 !== 0) {
    throw new NodeFrameError("a message for many names none of them");
  }
  const view = viewOf(body);
  const connections: number[] = [];
  for (let at = size; at < body.length; at += 4) {
    connections.push(view.getUint32(at));
  }
  return { data: body.subarray(0, size), connections };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
