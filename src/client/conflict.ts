import { AgentClientError, lostError } from "./errors.ts";
import { same } from "./json.ts";
import { revalue, type Write } from "./write.ts";

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
  const accepted = writes.findLastIndex(({ id, apply, value }) =>
    id && !apply && same(value, theirs)
  );
  const left = writes.filter(({ id, apply, resolve, reject }, index) => {
    const isOver = apply ? id : index <= accepted;
    if (isOver) apply ? reject(lostError(true)) : resolve();
    return !isOver;
  });
  const values = left.filter(({ apply }) => !apply);
  const mine = values.at(-1);
  if (!mine || accepted >= 0) return left;
  let fault: unknown;
  try {
    const merged = onConflict?.(theirs, mine.value);
    if (merged !== undefined) {
      for (const write of values) revalue(write, merged);
      return left;
    }
  } catch (error) {
    fault = error;
  }
  for (const { id, reject } of values) {
    reject(
      fault ?? new AgentClientError("CONFLICT", "State has changed", !!id),
    );
  }
  return left.filter(({ apply }) => apply);
}
