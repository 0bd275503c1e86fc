// Assertions for behaviours, which also run in pages: nothing of a runtime.

/** Throws when something does not hold; `what` says what that is. */
export function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Throws when two values are not the same all the way down. */
export function equal(actual: unknown, expected: unknown, what = "it"): void {
  if (same(actual, expected)) return;
  throw new Error(`${what} is ${show(actual)}, and not ${show(expected)}`);
}

/** Throws unless `promise` rejects with an error that has these properties, however deep. */
export async function rejects(
  promise: Promise<unknown>,
  properties: Record<string, unknown>,
): Promise<void> {
  const [error, result] = await promise.then(
    (result) => [undefined, result],
    (error) => [error],
  );
  if (!error) throw new Error(`It does not reject: ${show(result)}`);
  for (const [key, value] of Object.entries(properties)) {
    equal(error[key], value, `${key} of "${error}"`);
  }
}

/** Throws unless `run` throws an error that has these properties. */
export async function throws(
  run: () => unknown,
  properties: Record<string, unknown>,
): Promise<void> {
  await rejects((async () => await run())(), properties);
}

function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return Array.isArray(one) === Array.isArray(other) &&
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && same(one[key], other[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  return value instanceof Error
    ? `${value}`
    : JSON.stringify(value) ?? `${value}`;
}
