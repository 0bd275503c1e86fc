/** What travels between the page and a room: JSON objects, told apart by `type`. */

/** Somebody in the room. */
export interface Person {
  /** The id of the connection. */
  readonly id: string;
  readonly name: string;
}

/** A message, as the room keeps it. */
export interface Said {
  readonly id: string;
  readonly from: Person;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the room says. */
export type ServerFrame =
  | {
    readonly type: "welcome";
    readonly you: string;
    readonly people: readonly Person[];
    readonly history: readonly Said[];
  }
  | { readonly type: "joined" | "left" } & Person
  | { readonly type: "said" } & Said
  | { readonly type: "typing"; readonly id: string; readonly active: boolean }
  | { readonly type: "error"; readonly error: string };

/** What a page may say. */
export type ClientFrame =
  | { readonly type: "say"; readonly text: string }
  | { readonly type: "typing"; readonly active: boolean };

/** What it said instead, and what is wrong with that. */
export interface InvalidFrame {
  readonly type: "invalid";
  readonly error: string;
}

/** The longest message, in UTF-16 code units, as a text area counts them. */
export const MAX_TEXT = 2000;
/** The longest name, likewise. */
export const MAX_NAME = 40;

/** Reads what came from a client, which may be anything. */
export function readFrame(
  message: string | ArrayBuffer | ArrayBufferView,
): ClientFrame | InvalidFrame {
  if (typeof message !== "string") return invalid("a message must be text");
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return invalid("a message must be JSON");
  }
  if (typeof value !== "object" || value === null) {
    return invalid("a message must be a JSON object");
  }
  const { type, text, active } = value as Record<string, unknown>;
  if (type === "say") return readText(text);
  if (type === "typing") {
    return typeof active === "boolean"
      ? { type, active }
      : invalid('"active" must be true or false');
  }
  return invalid('"type" must be "say" or "typing"');
}

/** `name` as others get to see it; `undefined` when it can't be one. */
export function cleanName(name: string | null): string | undefined {
  const clean = name?.replace(/[\p{Cc}\s]+/gu, " ").trim() ?? "";
  // Something of it has to be visible.
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(clean)) return undefined;
  return clean.length <= MAX_NAME ? clean : undefined;
}

function readText(value: unknown): ClientFrame | InvalidFrame {
  if (typeof value !== "string") return invalid('"text" must be a string');
  const text = value.trim();
  if (text === "") return invalid('"text" must not be empty');
  return text.length <= MAX_TEXT ? { type: "say", text } : invalid(
    `"text" must have at most ${MAX_TEXT} characters: received ${text.length}`,
  );
}

function invalid(error: string): InvalidFrame {
  return { type: "invalid", error };
}
