import { jsonOf } from "./json.ts";

/** Makes the next state of the present one. Called again when the present one turns out to be another. */
export type Writer = (state: unknown) => unknown;

/** A write that has no answer yet. */
export interface Write {
  /** Makes the value of the state, where the application gave a function. */
  apply: Writer | undefined;
  value: unknown;
  /** The value as it travels. */
  json: string;
  /** What it was sent under, on this connection or the last one; `""` until then. */
  id: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Makes it write `value`. Throws, and changes nothing, when that is no JSON. */
export function revalue(write: Write, value: unknown): void {
  write.json = jsonOf(value);
  write.value = value;
}
