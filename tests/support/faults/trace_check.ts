/**
 * What a trace of system calls says against "no acknowledgement leaves before
 * its fsync": one line for each that did. The client wrote one after another,
 * so each acknowledgement has an fsync of its own.
 */
export function earlyAcks(lines: readonly string[]): string[] {
  const early: string[] = [];
  let synced = false;
  let acks = 0;
  /** Threads whose fsync of the log has begun. */
  const syncing = new Set<string>();
  for (const line of lines) {
    const thread = /^\d+/.exec(line)?.[0] ?? "";
    if (/\bf(?:data)?sync\(.*agents\.sqlite-wal/.test(line)) {
      if (line.includes("<unfinished")) syncing.add(thread);
      else if (/= 0$/.test(line)) synced = true;
    } else if (/<\.\.\. f(?:data)?sync resumed>.*= 0$/.test(line)) {
      if (syncing.delete(thread)) synced = true;
    } else if (/roam_state_ack/.test(line) && !line.includes("resumed>")) {
      acks++;
      if (!synced) early.push(line);
      synced = false;
    }
  }
  if (acks === 0) early.push("the trace has no acknowledgement");
  return early;
}
