/**
 * The one of `words` that `written` was most likely meant to be: the same in
 * another case, or a slip of the keyboard away. `undefined` when it is none,
 * and when it is one of them as it is.
 */
export function nearMiss(
  written: string,
  words: Iterable<string>,
): string | undefined {
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const word of words) {
    if (word === written) return undefined;
    // Longer words leave room for more slips.
    const most = Math.max(1, Math.floor(word.length / 6));
    if (Math.abs(word.length - written.length) > most) continue;
    const slips = slipsBetween(written.toLowerCase(), word.toLowerCase());
    if (slips > most || slips >= fewest) continue;
    nearest = word;
    fewest = slips;
  }
  return nearest;
}

/** `; did you mean "…"?`, or nothing. */
export function didYouMean(written: string, words: Iterable<string>): string {
  const meant = nearMiss(written, words);
  return meant === undefined ? "" : `; did you mean "${meant}"?`;
}

const said = new Set<string>();

/** Prints a warning for each of `keys` that is none of `words` and nearly one of them, once. `what` says what they are. */
export function warnOfNearMisses(
  what: string,
  keys: Iterable<string>,
  words: readonly string[],
): void {
  for (const key of keys) {
    const meant = nearMiss(key, words);
    if (meant === undefined) continue;
    const line =
      `${what} "${key}", which means nothing here: did you mean "${meant}"?`;
    if (said.has(line)) continue;
    said.add(line);
    console.warn(line);
  }
}

/** How many letters were added, left out, replaced, or exchanged with the next. */
function slipsBetween(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const here = [row];
    for (let at = 1; at <= to.length; at++) {
      const isSame = from[row - 1] === to[at - 1];
      let slips = Math.min(
        last[at] + 1,
        here[at - 1] + 1,
        last[at - 1] + (isSame ? 0 : 1),
      );
      const isExchanged = row > 1 && at > 1 && from[row - 1] === to[at - 2] &&
        from[row - 2] === to[at - 1];
      if (isExchanged) slips = Math.min(slips, before[at - 2] + 1);
      here.push(slips);
    }
    before = last;
    last = here;
  }
  return last[to.length];
}
