/** The log of an agent's broadcasts, as the wire knows it (PROTOCOL.md, Log). */

import { PONG } from "./heartbeat.ts";
import { parseServerFrame } from "./server_frames.ts";

/** A place in a log: the message with this offset, and all before it. */
export interface Cursor {
  /** Tells the log from others; `""` of one in which nothing has ever been. */
  readonly epoch: string;
  readonly offset: number;
}

/** Why a client was not sent what it missed. */
export type LogGap = "too old" | "unknown cursor";

export function cursorText({ epoch, offset }: Cursor): string {
  return `${epoch}:${offset}`;
}

// Those who make queries escape colons.
const CURSOR = /^([\w-]{0,64})(?::|%3[Aa])(\d{1,16})$/;

/** The cursor in `text`, also as it stands in a query; `undefined` when it is none. */
export function parseCursor(text: string): Cursor | undefined {
  const [, epoch, digits] = CURSOR.exec(text) ?? [];
  const offset = Number(digits);
  return Number.isSafeInteger(offset) ? { epoch, offset } : undefined;
}

/** Where the client is in the log, which had no name when it was greeted. */
export function cursorFrame(cursor: Cursor): string {
  return `{"type":"roam_log","cursor":"${cursorText(cursor)}"}`;
}

/** The next message moves the cursor by so much more than one. */
export function skipFrame(skip: number): string {
  return `{"type":"roam_log","skip":${skip}}`;
}

/** How an event of the agent begins, as the server spells it. */
const EVENT = '{"type":"roam_event"';

/** Whether clients count the message: all but what they take for frames of the server, events among those that count. */
export function isCounted(data: unknown): boolean {
  if (typeof data !== "string" || data.startsWith(EVENT)) return true;
  return data !== PONG && parseServerFrame(data) === undefined;
}

/** The event that the message is, if it is one. */
export function eventIn(
  data: unknown,
): { readonly name: string; readonly data?: unknown } | undefined {
  if (typeof data !== "string" || !data.startsWith(EVENT)) return undefined;
  const frame = parseServerFrame(data);
  return frame && { name: String(frame.name), data: frame.data };
}
