/** What transactions have written to a database file. */
export interface LoggedPages {
  /** How many pages the database has now. */
  readonly count: number;
  /** The changed ones that it still has, by number; the first is 1. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

/** Reads bytes of a write-ahead log; fewer where it ends. */
export type ReadLog = (from: number, length: number) => Uint8Array;

const HEADER = 32;
const FRAME_HEADER = 24;
/** The last bit says whether checksums read their words as big-endian. */
const MAGIC = 0x377f0682;
/** So many bytes are read at a time, about. */
const CHUNK = 256 * 1024;

/**
 * Reads what transactions have appended to the write-ahead log of a database
 * since the last call. The format is that of https://sqlite.org/walformat.html.
 * What was not committed, and what is left of earlier uses of the file, is
 * told by the checksums, each of which depends on all before it.
 */
export class WalReader {
  #read: ReadLog;
  #place: Place | undefined;

  constructor(read: ReadLog) {
    this.#read = read;
  }

  /** How many bytes of the log have been read. */
  get size(): number {
    return this.#place?.offset ?? 0;
  }

  /** `undefined` when nothing has been committed since. */
  next(): LoggedPages | undefined {
    const place = this.#begin();
    if (place === undefined) return undefined;
    const pages = new Map<number, Uint8Array>();
    let count: number | undefined;
    let open: [page: number, bytes: Uint8Array][] = [];
    let { offset, sums } = place;
    for (const frame of this.#frames(place)) {
      const header = new DataView(frame.buffer, frame.byteOffset, FRAME_HEADER);
      const bytes = frame.subarray(FRAME_HEADER);
      if (header.getUint32(8) !== place.salts[0]) break;
      if (header.getUint32(12) !== place.salts[1]) break;
      sums = summed(
        summed(sums, frame, 0, 8, place),
        bytes,
        0,
        bytes.length,
        place,
      );
      if (header.getUint32(16) !== sums[0]) break;
      if (header.getUint32(20) !== sums[1]) break;
      offset += frame.length;
      open.push([header.getUint32(0), bytes]);
      const committed = header.getUint32(4);
      if (committed === 0) continue;
      count = committed;
      for (const [page, bytes] of open) pages.set(page, bytes);
      open = [];
      this.#place = { ...place, offset, sums };
    }
    if (count === undefined) return undefined;
    for (const page of pages.keys()) if (page > count) pages.delete(page);
    return { count, pages };
  }

  /** Where to go on, in a log that may have begun anew: `undefined` when there is none. */
  #begin(): Place | undefined {
    const header = this.#read(0, HEADER);
    if (header.length < HEADER) return undefined;
    const view = new DataView(header.buffer, header.byteOffset, HEADER);
    const magic = view.getUint32(0);
    if ((magic & ~1) >>> 0 !== MAGIC) throw unreadable();
    const place: Place = {
      isBigEndian: (magic & 1) === 1,
      pageSize: view.getUint32(8),
      salts: [view.getUint32(16), view.getUint32(20)],
      offset: HEADER,
      sums: [view.getUint32(24), view.getUint32(28)],
    };
    const [first, second] = summed([0, 0], header, 0, 24, place);
    if (first !== place.sums[0] || second !== place.sums[1]) throw unreadable();
    const known = this.#place?.salts;
    const isKnown = known?.[0] === place.salts[0] &&
      known[1] === place.salts[1];
    return isKnown ? this.#place : place;
  }

  *#frames({ offset, pageSize }: Place): Generator<Uint8Array> {
    const length = FRAME_HEADER + pageSize;
    const many = Math.max(1, Math.floor(CHUNK / length));
    for (let from = offset, count = 1;; from += count * length) {
      // Most often there are few.
      count = from === offset ? 4 : many;
      const bytes = this.#read(from, count * length);
      const whole = Math.floor(bytes.length / length);
      for (let at = 0; at < whole; at++) {
        yield bytes.subarray(at * length, (at + 1) * length);
      }
      if (whole < count) return;
    }
  }
}

type Sums = readonly [number, number];

interface Place {
  readonly isBigEndian: boolean;
  readonly pageSize: number;
  readonly salts: readonly [number, number];
  /** Where the next transaction begins. */
  readonly offset: number;
  /** The checksum of all before. */
  readonly sums: Sums;
}

function summed(
  [first, second]: Sums,
  { buffer, byteOffset }: Uint8Array,
  from: number,
  length: number,
  { isBigEndian }: Place,
): Sums {
  const view = new DataView(buffer, byteOffset + from, length);
  for (let at = 0; at < length; at += 8) {
    first = (first + view.getUint32(at, !isBigEndian) + second) >>> 0;
    second = (second + view.getUint32(at + 4, !isBigEndian) + first) >>> 0;
  }
  return [first, second];
}

function unreadable(): Error {
  return new Error("the write-ahead log of the database can't be read");
}
