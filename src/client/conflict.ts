import { AgentClientError, lostError } from "./errors.ts";
import { jsonOf, type Write } from "./write.ts";

/**
 * What becomes of writes that were on the client while the server's state
 * moved on to `theirs`; returns those to send.
 *
 * A value that was sent and is there was accepted. Other values give way,
 * unless `onConflict` makes one of both. Functions are applied to `theirs`;
 * but one that was sent may have been, and nothing is applied twice.
 */
export function resolveConflict(
  writes: readonly Write[],
  theirs: unknown,
  onConflict?: (theirs: unknown, mine: unknown) => unknown,
): Write[] {
  const values = writes.filter(({ isStrict }) => !isStrict);
  const at = values.findLastIndex(({ isSent, value }) =>
    isSent && same(value, theirs)
  );
  const accepted = values.slice(0, at + 1);
  for (const { resolve } of accepted) resolve();
  const kept = at < 0
    ? settleValues(values, theirs, onConflict)
    : values.slice(at + 1);
  return writes.filter((write) => {
    if (!write.isStrict) return kept.includes(write);
    if (write.isSent) write.reject(lostError(true));
    return !write.isSent;
  });
}

/** The one write that stands for `values`, if there is one. */
function settleValues(
  values: readonly Write[],
  theirs: unknown,
  onConflict?: (theirs: unknown, mine: unknown) => unknown,
): Write[] {
  const last = values.at(-1);
  const merged = last && onConflict?.(theirs, last.value);
  if (!last || merged === undefined) {
    const error = new AgentClientError("CONFLICT", "State has changed");
    for (const { reject } of values) reject(error);
    return [];
  }
  last.next = merged;
  last.json = jsonOf(merged);
  const waiting = values.map(({ resolve }) => resolve);
  last.resolve = () => waiting.forEach((resolve) => resolve());
  return [last];
}

/** Whether two states are the same JSON. */
export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
