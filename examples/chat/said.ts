import { CallError } from "@roam/agents";

/** Somebody in the room. */
export interface Person {
  /** The id of the connection. */
  readonly id: string;
  readonly name: string;
}

/** A message, as the room keeps it. */
export interface Said {
  /** Given by who said it, so that it can be said again where nobody knows whether it arrived. */
  readonly id: string;
  readonly from: Person;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The longest message, in UTF-16 code units, as a text area counts them. */
const MAX_TEXT = 2000;

/** An id of a message that came from a client. Throws what the client gets to see. */
export function readId(id: unknown): string {
  if (typeof id === "string" && /^[\w-]{1,64}$/.test(id)) return id;
  throw invalid("an id has 1 to 64 letters, digits and dashes");
}

/** A text that came from a client, trimmed. Throws what the client gets to see. */
export function readText(value: unknown): string {
  if (typeof value !== "string") throw invalid("a text must be a string");
  const text = value.trim();
  if (text === "") throw invalid("a text must not be empty");
  if (text.length <= MAX_TEXT) return text;
  throw invalid(
    `a text must have at most ${MAX_TEXT} characters: received ${text.length}`,
  );
}

function invalid(problem: string): CallError {
  return new CallError("INVALID_ARGUMENT", problem);
}
