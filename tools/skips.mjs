// What the suite's skips say, and whether the documentation says it too. Pure.

/** The reasons in the source of a test file. */
export function skipReasons(source) {
  const reason = /\b(?:deno|bun|workerd|node|hop): "([^"]+)"/g;
  return [...new Set([...source.matchAll(reason)].map(([, text]) => text))];
}

/** Those that `table` does not have. */
export function missingReasons(reasons, table) {
  return reasons.filter((reason) => !table.includes(reason));
}
