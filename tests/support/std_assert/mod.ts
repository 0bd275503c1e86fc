/**
 * Stands in for `jsr:@std/assert` where the tests run without a network: the
 * part of it that tests use, over `node:assert`.
 *
 * @module
 */
import strict from "node:assert/strict";

// deno-lint-ignore no-explicit-any -- any class of errors
type ErrorClass = abstract new (...args: any[]) => Error;

/** What {@linkcode assert} and the others throw. */
export const AssertionError: typeof strict.AssertionError =
  strict.AssertionError;

/** Asserts that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) strict.fail(msg || `Expected a truthy value: received ${expr}`);
}

/** Asserts that `expr` is false. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is false {
  strict.equal(expr, false, msg || undefined);
}

/** Asserts that both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.deepEqual(actual, expected, msg);
}

/** Asserts that the two are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.notDeepEqual(actual, expected, msg);
}

/** Asserts that both are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  strict.equal(actual, expected, msg);
}

/** Asserts that `actual` is neither `null` nor `undefined`. */
export function assertExists<T>(
  actual: T,
  msg = "",
): asserts actual is NonNullable<T> {
  if (actual === null || actual === undefined) {
    strict.fail(msg || `Expected a value: received ${actual}`);
  }
}

/** Asserts that `actual` matches `expected`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  strict.match(actual, expected, msg);
}

/** Asserts that `actual` contains `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg = "",
): void {
  if (!actual.includes(expected)) {
    strict.fail(msg || `Expected ${actual} to contain ${expected}`);
  }
}

/** Asserts that `actual` is an instance of `expected`. */
export function assertInstanceOf<
  // deno-lint-ignore no-explicit-any -- any class
  T extends abstract new (...args: any[]) => any,
>(
  actual: unknown,
  expected: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (!(actual instanceof expected)) {
    strict.fail(msg || `Expected an instance of ${expected.name}`);
  }
}

/** Asserts that `fn` throws, and returns what it threw. */
export function assertThrows(
  fn: () => unknown,
  errorClass: ErrorClass = Error,
  msgIncludes = "",
): Error {
  try {
    fn();
  } catch (error) {
    return checked(error, errorClass, msgIncludes);
  }
  strict.fail("Expected a function to throw");
}

/** Asserts that the promise of `fn` is rejected, and resolves with the reason. */
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass = Error,
  msgIncludes = "",
): Promise<Error> {
  try {
    await fn();
  } catch (error) {
    return checked(error, errorClass, msgIncludes);
  }
  strict.fail("Expected a promise to be rejected");
}

/** Fails. */
export function fail(msg?: string): never {
  strict.fail(msg);
}

function checked(
  error: unknown,
  errorClass: ErrorClass,
  msgIncludes: string,
): Error {
  assertInstanceOf(error, errorClass);
  assertStringIncludes((error as Error).message, msgIncludes);
  return error as Error;
}
