import { builtin } from "../platform/builtin.ts";

interface Buffers {
  Buffer: {
    from(
      buffer: ArrayBufferLike,
      offset: number,
      length: number,
    ): { toString(encoding: string): string };
  };
}

/** Bytes as a text that PostgreSQL decodes. */
export function encodedBytes(
  { buffer, byteOffset, length }: Uint8Array,
  encoding: "hex" | "base64",
): string {
  const { Buffer } = builtin<Buffers>("node:buffer");
  return Buffer.from(buffer, byteOffset, length).toString(encoding);
}
