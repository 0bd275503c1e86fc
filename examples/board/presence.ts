import { cleanName } from "../shared/name.ts";
import { EMPTY_PLAN, type Plan } from "./plan.ts";

/** What somebody at the board shows of themselves. */
export interface Shown {
  readonly name: string;
  /** The field that they are in. */
  readonly field: keyof Plan | null;
}

/** Somebody at the board, as the others see them. */
export interface Person extends Shown {
  readonly readonly: boolean;
}

/** What of `value`, which may be anything, is shown; `undefined` when it has no name. */
export function shownOf(value: unknown): Shown | undefined {
  const { name, field } = Object(value);
  const clean = cleanName(name);
  if (clean === undefined) return undefined;
  return { name: clean, field: isField(field) ? field : null };
}

function isField(field: unknown): field is keyof Plan {
  return typeof field === "string" && Object.hasOwn(EMPTY_PLAN, field);
}
