import type { LogEntry } from "../ports/log.ts";
import type { SocketData } from "../ports/socket.ts";
import { isCounted } from "../protocol/log_frames.ts";
import { copyBytes } from "../runtime/socket_data.ts";

const encoder = new TextEncoder();
// A mark at the beginning belongs to the message.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The entry of a message that goes to all but those `without`, after one with this `total`. */
export function entryOf(
  message: SocketData,
  { offset, at, total }: Pick<LogEntry, "offset" | "at" | "total">,
  without: readonly string[] | undefined,
): LogEntry {
  const isText = typeof message === "string";
  const data = isText
    ? encoder.encode(message)
    : new Uint8Array(copyBytes(message));
  const ids = without === undefined || without.length === 0
    ? undefined
    : without;
  let size = data.byteLength;
  for (const id of ids ?? []) size += id.length;
  // No less than one: a log of empty messages has a bound, too.
  return { offset, at, total: total + (size || 1), isText, data, without: ids };
}

/** The message of an entry. */
export function messageOf({ isText, data }: LogEntry): string | ArrayBuffer {
  return isText ? decoder.decode(data) : copyBytes(data);
}

const warned = new WeakSet<object>();

/** Whether clients can count the message. One that reads as a frame of the library they can't: the log does without it, and says so once. */
export function isLoggable(
  message: SocketData,
  agentClass: object,
  className: string,
): boolean {
  if (isCounted(message)) return true;
  if (!warned.has(agentClass)) {
    warned.add(agentClass);
    console.warn(
      `Agent ${className} broadcasts what reads as a frame of the library (its "type" is rpc, or begins with cf_agent_ or roam_): it is sent, but not logged`,
    );
  }
  return false;
}
