import {
  assert,
  assertEquals,
  assertExists,
  assertInstanceOf,
  AssertionError,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { test } from "node:test";

test("@std/assert passes what holds", async () => {
  assert(1);
  assertEquals({ a: [1] }, { a: [1] });
  assertStrictEquals(1, 1);
  assertExists(0);
  assertMatch("abc", /b/);
  assertStringIncludes("abc", "bc");
  assertInstanceOf(new TypeError(), Error);
  assertThrows(() => JSON.parse("{"), SyntaxError);
  await assertRejects(() => Promise.reject(new RangeError("no")), RangeError);
});

test("@std/assert throws an AssertionError for what does not hold", async () => {
  const wrong: (() => unknown)[] = [
    () => assert(0),
    () => assertEquals({ a: [1] }, { a: [2] }),
    () => assertStrictEquals<unknown>({}, {}),
    () => assertExists(null),
    () => assertMatch("abc", /d/),
    () => assertStringIncludes("abc", "d"),
    () => assertInstanceOf(new Error(), TypeError),
    () => assertThrows(() => {}),
    () =>
      assertThrows(
        () => {
          throw new Error("one");
        },
        Error,
        "two",
      ),
  ];
  for (const check of wrong) assertThrows(check, AssertionError);
  await assertRejects(
    () => assertRejects(() => Promise.resolve()),
    AssertionError,
  );
});
