import { builtin } from "../platform/builtin.ts";

interface FileSystem {
  openSync(path: string, flags: string): number;
  readSync(
    file: number,
    into: Uint8Array,
    at: number,
    length: number,
    from: number,
  ): number;
  closeSync(file: number): void;
}

/** A file that somebody else appends to. It stays open: later the process may have no file left. */
export class LogFile {
  #file: number;

  constructor(path: string) {
    this.#file = builtin<FileSystem>("node:fs").openSync(path, "r");
  }

  /** Fewer bytes where the file ends. */
  read(from: number, length: number): Uint8Array {
    const { readSync } = builtin<FileSystem>("node:fs");
    const bytes = new Uint8Array(length);
    let size = 0;
    while (size < length) {
      const left = length - size;
      const read = readSync(this.#file, bytes, size, left, from + size);
      if (read === 0) break;
      size += read;
    }
    return bytes.subarray(0, size);
  }

  close(): void {
    builtin<FileSystem>("node:fs").closeSync(this.#file);
  }
}
