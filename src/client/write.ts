import { copyState } from "../protocol/json.ts";

/** Makes the next state of the present one. Called again when the present one turns out to be another. */
export type Writer = (state: unknown) => unknown;

/** A write that has no answer yet. */
export interface Write {
  /** Makes the value of the state, where the application gave a function. */
  apply: Writer | undefined;
  value: unknown;
  /** The value as it travels; see {@linkcode jsonOf}. */
  json: string | undefined;
  /** The patch, as JSON, that makes the value of the state that was written from, where that is shorter. */
  ops: string | undefined;
  /** The id that the write was sent with, on this connection or the last one; `""` before it is sent. */
  id: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Makes it write a frozen copy of `value`. Throws, and changes nothing, when that is no JSON. */
export function revalue(write: Write, value: unknown, known?: unknown): void {
  write.value = copyState(value, known);
  write.json = write.ops = undefined;
}

/** Made when it is needed: of a large state it takes as long as a frame of a page. */
export function jsonOf(write: Write): string {
  return write.json ??= JSON.stringify(write.value);
}
