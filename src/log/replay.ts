import type { LogEntry } from "../ports/log.ts";
import { type LogGap, skipFrame } from "../protocol/log_frames.ts";
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

/** Sends a client what it has missed, but for what it was left out of. */
export function replay(client: LogClient, { missed }: LogStart): void {
  let skipped = 0;
  for (const entry of missed) {
    if (isWithout(entry, client)) {
      skipped++;
      continue;
    }
    if (skipped > 0) client.write(skipFrame(skipped));
    skipped = 0;
    client.write(messageOf(entry));
  }
  if (skipped > 0) client.write(skipFrame(skipped));
}

function isWithout(
  { without }: LogEntry,
  { id, wishedId }: LogClient,
): boolean {
  if (without === undefined) return false;
  return without.includes(id) ||
    (wishedId !== undefined && without.includes(wishedId));
}
