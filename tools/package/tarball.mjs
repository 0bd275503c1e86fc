// The archive that npm takes: what is alike stands side by side, so that it is
// compressed well. The same files make the same bytes.
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";

const BLOCK = 512;
/** As npm itself writes it: the bytes do not depend on the day. */
const MODIFIED = Date.UTC(1985, 9, 26, 8, 15) / 1000;

/** The bytes of an archive of `files`, their texts by their paths, in this order. */
export function tarball(files) {
  const parts = [...files].flatMap(([path, text]) => {
    const bytes = Buffer.from(text);
    const rest = (BLOCK - bytes.length % BLOCK) % BLOCK;
    return [header(`package/${path}`, bytes.length), bytes, Buffer.alloc(rest)];
  });
  const whole = Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
  return gzipSync(whole, { level: 9, memLevel: 9 });
}

/** See https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html */
function header(path, size) {
  if (Buffer.byteLength(path) > 100) {
    throw new Error(`Cannot pack ${path}: its name is longer than 100 bytes`);
  }
  const block = Buffer.alloc(BLOCK);
  const octal = (value, length) => value.toString(8).padStart(length - 1, "0");
  block.write(path, 0);
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(MODIFIED, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)}\0 `, 148);
  return block;
}
