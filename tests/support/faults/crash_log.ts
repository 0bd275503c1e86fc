/** What a load generator has seen of one instance, in order. `by` is the number of the connection. */
export type Entry =
  /** It wrote this. */
  | { kind: "sent"; agent: string; value: string }
  /** The write of this value was acknowledged; or a state frame came to somebody else. */
  | {
    kind: "seen";
    by: number;
    agent: string;
    epoch: string;
    rev: number;
    value: string;
  }
  /** The server was killed, and all that it had sent has been read. */
  | { kind: "killed" }
  /** What a client got first from the next server; no value when there was no state. */
  | {
    kind: "found";
    by: number;
    agent: string;
    epoch: string;
    rev: number;
    value: string | undefined;
  };

/** What the log says that may not be; empty when all is well. */
export function problemsIn(log: readonly Entry[]): string[] {
  const problems: string[] = [];
  const sent = new Map<string, Set<string>>();
  const values = new Map<string, string>();
  const heard = new Map<number, number>();
  const last = new Map<string, { epoch: string; rev: number }>();
  /** What had been seen when the server was killed: frames of one server to two clients may overtake each other. */
  let floor: typeof last = new Map();
  for (const entry of log) {
    if (entry.kind === "killed") {
      floor = new Map(last);
      continue;
    }
    const { agent, value } = entry;
    const attempts = sent.get(agent) ?? new Set();
    sent.set(agent, attempts);
    if (entry.kind === "sent") {
      attempts.add(entry.value);
      continue;
    }
    const { by, epoch, rev } = entry;
    const where = `${agent} revision ${rev}`;
    const before = heard.get(by) ?? -1;
    if (rev <= before) problems.push(`${where}: came after ${before}`);
    heard.set(by, rev);
    const seen = last.get(agent);
    if (seen !== undefined && seen.rev > 0) {
      const bound = floor.get(agent)?.rev ?? 0;
      if (seen.epoch !== epoch) problems.push(`${where}: another epoch`);
      else if (rev < bound) problems.push(`${where}: ${bound} had been seen`);
    }
    if (value === undefined) {
      if (rev > 0) problems.push(`${where}: no state`);
    } else {
      if (!attempts.has(value)) {
        problems.push(`${where}: nobody wrote ${value}`);
      }
      const key = `${agent} ${epoch} ${rev}`;
      const known = values.get(key);
      if (known !== undefined && known !== value) {
        problems.push(`${where}: ${known} and ${value}`);
      }
      values.set(key, value);
    }
    if (seen === undefined || rev >= seen.rev) last.set(agent, { epoch, rev });
  }
  return problems;
}
