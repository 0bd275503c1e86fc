import type { WSMessage } from "@roam/agents";
import { cleanName } from "../shared/name.ts";
import { EMPTY_PLAN, type Plan } from "./plan.ts";

/** What somebody at the board says about themselves: a message of the page. */
export interface Presence {
  readonly name: string;
  /** The field that they are in. */
  readonly field: keyof Plan | null;
}

/** Somebody at the board. */
export interface Person extends Presence {
  /** The id of the connection. */
  readonly id: string;
  readonly readonly: boolean;
}

/** What the board says: who a new client is, and whenever that changes who is here. */
export type ServerFrame =
  | { readonly type: "you"; readonly id: string }
  | { readonly type: "people"; readonly people: readonly Person[] };

/** Reads a message, which may be anything; `undefined` when it is something else. */
export function readPresence(message: WSMessage): Presence | undefined {
  try {
    const { name, field } = JSON.parse(String(message));
    const clean = cleanName(name);
    if (clean === undefined || !isField(field)) return undefined;
    return { name: clean, field };
  } catch {
    return undefined;
  }
}

function isField(field: unknown): field is keyof Plan | null {
  return field === null ||
    typeof field === "string" && Object.hasOwn(EMPTY_PLAN, field);
}
