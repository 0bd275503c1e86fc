import type { LogEntry } from "../ports/log.ts";
import { eventIn, type LogGap, skipFrame } from "../protocol/log_frames.ts";
import { messageOf } from "./entry.ts";
import type { LogClient } from "./owner.ts";

/** Where in the log a client begins. */
export interface LogStart {
  /** The cursor that the client asked for or, where the log can't go on there, the newest one. */
  readonly cursor: string;
  /** Why it can't be. */
  readonly gap: LogGap | undefined;
  /** What it is sent first. */
  readonly missed: readonly LogEntry[];
}

/** Sends a client what it has missed, but for what it was left out of, or does not know. */
export function replay(
  client: LogClient,
  { missed }: Pick<LogStart, "missed">,
): void {
  let skipped = 0;
  const skip = () => {
    if (skipped > 0 && client.extended) client.write(skipFrame(skipped));
    skipped = 0;
  };
  for (const entry of missed) {
    const message = messageOf(entry);
    const isKnown = client.extended || eventIn(message) === undefined;
    if (!isKnown || isWithout(entry, client)) {
      skipped++;
      continue;
    }
    skip();
    client.write(message);
  }
  skip();
}

function isWithout(
  { without }: LogEntry,
  { id, wishedId }: LogClient,
): boolean {
  if (without === undefined) return false;
  return without.includes(id) ||
    (wishedId !== undefined && without.includes(wishedId));
}
