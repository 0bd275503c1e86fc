import type { Attachment } from "../ports/socket.ts";
import { isLargerThan } from "./byte_size.ts";
import { fromPlain, toPlain } from "./structured.ts";

/** What may be kept of one connection, as on Workers. */
const MAX_BYTES = 16 * 1024;

/** An attachment as text. Throws a `RangeError` when it is too large, and a `DataCloneError` for what can't be copied. */
export function recordText(attachment: Attachment): string {
  const { state } = attachment;
  const text = JSON.stringify({ ...attachment, state: toPlain(state) });
  if (!isLargerThan(text, MAX_BYTES)) return text;
  throw new RangeError(
    `Cannot keep a connection: its state, URL and tags must be at most ${MAX_BYTES} bytes`,
  );
}

/** The attachment that became `text`. */
export function recordOf(text: string): Attachment {
  const kept = JSON.parse(text) as Attachment;
  return { ...kept, state: fromPlain(kept.state) };
}
