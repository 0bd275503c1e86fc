import type { AgentClientError } from "./errors.ts";

/** Makes the next state of the present one. Called again when the present one turns out to be another. */
export type Writer = (state: unknown) => unknown;

/** A write that has no answer yet. */
export interface Write {
  readonly id: string;
  next: unknown;
  /** `next` is a function of the state. */
  readonly isStrict: boolean;
  /** What it makes of the state. */
  value: unknown;
  /** `next` as it travels, unless it is a function. */
  json: string | undefined;
  isSent: boolean;
  resolve: () => void;
  readonly reject: (error: AgentClientError | unknown) => void;
}

/** `value` as JSON; throws a `TypeError` when it is none. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value);
  if (json !== undefined) return json;
  throw new TypeError(`Cannot set the state to ${typeof value}: no JSON`);
}
