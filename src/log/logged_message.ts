import type { LogEntry } from "../ports/log.ts";
import { cursorText, eventIn } from "../protocol/log_frames.ts";
import { messageOf } from "./entry.ts";

/** What `history()` says of everything in the log. */
export interface LoggedItem {
  /** Its place in the log: `history(cursor)` begins behind it, and so does a client that is given it. */
  readonly cursor: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
}

/** A message that was broadcast, as `history()` returns it. */
export interface LoggedBroadcast extends LoggedItem {
  /** Tells it from an event. */
  readonly type: "message";
  /** The message; bytes as `ArrayBuffer`. */
  readonly message: string | ArrayBuffer;
}

/** An event that was emitted, as `history()` returns it. */
export interface LoggedEvent extends LoggedItem {
  /** Tells it from a message. */
  readonly type: "event";
  /** The name of the event. */
  readonly name: string;
  /** Its data; `undefined` where it was emitted without. */
  readonly data: unknown;
}

/** Something that was broadcast or emitted, as `history()` returns it. */
export type LoggedMessage = LoggedBroadcast | LoggedEvent;

/** An entry of the log with this epoch, for the agent. */
export function logged(entry: LogEntry, epoch: string): LoggedMessage {
  const { offset, at } = entry;
  const cursor = cursorText({ epoch, offset });
  const message = messageOf(entry);
  const event = eventIn(message);
  return event === undefined
    ? { cursor, at, type: "message", message }
    : { cursor, at, type: "event", name: event.name, data: event.data };
}
