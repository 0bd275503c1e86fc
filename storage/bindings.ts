import type { SqlValue } from "../src/ports/storage.ts";
import type { Engine } from "./engine.ts";

/** What an engine does wrong with values that other engines bind as they are. */
interface Flaws {
  /** Deno, and Node before 24, read a text up to its first NUL, and drop the rest without a word. */
  readonly cutsTexts: boolean;
  /** Node before 24 binds empty bytes as NULL when their buffer has no memory. */
  readonly losesEmptyBytes: boolean;
}

/** Empty bytes that engines bind as bytes: they have memory as long as nobody asks for their `buffer`. */
const EMPTY = new Uint8Array();

let flaws: Flaws | undefined;

/** What to bind in place of `values`, so that the engine stores and reads them as they are. Throws where it can't. */
export function bindable(
  engine: Engine,
  values: readonly SqlValue[],
): readonly SqlValue[] {
  flaws ??= flawsOf(engine);
  if (flaws.cutsTexts) assertWhole(values);
  if (flaws.losesEmptyBytes && values.some(isEmptyBytes)) {
    return values.map((value) => isEmptyBytes(value) ? EMPTY : value);
  }
  return values;
}

function flawsOf(engine: Engine): Flaws {
  const { text, type } = engine.prepare(
    "SELECT char(97, 0, 98) AS text, typeof(?) AS type",
  ).get(new Uint8Array(new ArrayBuffer(0))) as { text: string; type: string };
  return { cutsTexts: text.length < 3, losesEmptyBytes: type !== "blob" };
}

function assertWhole(values: readonly SqlValue[]): void {
  for (const value of values) {
    if (typeof value !== "string" || !value.includes("\0")) continue;
    throw new RangeError(
      "a text has a NUL character, after which this runtime would not read on: bind its bytes",
    );
  }
}

function isEmptyBytes(value: SqlValue): boolean {
  return value instanceof Uint8Array && value.byteLength === 0;
}
