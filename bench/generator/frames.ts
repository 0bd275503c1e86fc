const MASK = [0x37, 0xfa, 0x21, 0x3d];

/** The opcodes of RFC 6455 that the generator sends or tells apart. */
export const TEXT = 0x1;
export const CLOSE = 0x8;
export const PONG = 0xa;

/** A client's frame of at most 65,535 bytes. */
export function clientFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const header = length < 126
    ? [0x80 | opcode, 0x80 | length]
    : [0x80 | opcode, 0x80 | 126, length >> 8, length & 0xff];
  const frame = new Uint8Array(header.length + MASK.length + length);
  frame.set(header);
  frame.set(MASK, header.length);
  const start = header.length + MASK.length;
  for (let at = 0; at < length; at++) {
    frame[start + at] = payload[at] ^ MASK[at % 4];
  }
  return frame;
}

/** `count` frames in a row, so that a part of it can be written at once. */
export function repeated(frame: Uint8Array, count: number): Uint8Array {
  const frames = new Uint8Array(frame.length * count);
  for (let at = 0; at < frames.length; at += frame.length) {
    frames.set(frame, at);
  }
  return frames;
}

/** A text of `size` bytes that no frame of the library looks like. */
export function text(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => 0x61 + at % 26);
}

/** The bytes of a server's frame of at most 65,535 bytes that carries `size` bytes. */
export function serverFrameSize(size: number): number {
  return size + (size < 126 ? 2 : 4);
}

/** What stands in front of a server's frame. */
export interface FrameHead {
  readonly opcode: number;
  /** Where the payload begins and the frame ends. */
  readonly start: number;
  readonly end: number;
}

/** The frame at `at`, or `undefined` when it is not complete yet. */
export function frameAt(
  bytes: Uint8Array,
  at: number,
): FrameHead | undefined {
  if (bytes.length < at + 2) return undefined;
  const length = bytes[at + 1];
  const short = length < 126;
  if (!short && bytes.length < at + 4) return undefined;
  const start = at + (short ? 2 : 4);
  const end = start + (short ? length : bytes[at + 2] << 8 | bytes[at + 3]);
  if (end > bytes.length) return undefined;
  return { opcode: bytes[at] & 0xf, start, end };
}
