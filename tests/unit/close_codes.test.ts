import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertSendableCloseCode,
  fitCloseReason,
  isSendableCloseCode,
  receivedCloseCode,
} from "../../src/protocol/close_codes.ts";
import { property } from "../support/random/property.ts";

/** RFC 6455, section 7.4, and the IANA registry. */
const sendable = [[1000, 1003], [1007, 1014], [3000, 4999]];

test("isSendableCloseCode() knows every code from 0 to 5000", () => {
  for (let code = 0; code <= 5000; code++) {
    const expected = sendable.some(([from, to]) => code >= from && code <= to);
    assert.equal(isSendableCloseCode(code), expected, `code ${code}`);
  }
});

for (const code of [-1, 1000.5, NaN, Infinity, 65_536, 1000 + 65_536]) {
  test(`isSendableCloseCode() refuses ${code}`, () => {
    assert.equal(isSendableCloseCode(code), false);
  });
}

test("isSendableCloseCode() refuses a code that is no number", () => {
  assert.equal(isSendableCloseCode("1000" as unknown as number), false);
});

test("assertSendableCloseCode() throws a RangeError that names the code", () => {
  assert.throws(() => assertSendableCloseCode(1005), {
    name: "RangeError",
    message: /received 1005$/,
  });
  assertSendableCloseCode(4000);
});

test("receivedCloseCode() calls 0 what RFC 6455 calls it", () => {
  assert.equal(receivedCloseCode(0), 1006);
  assert.equal(receivedCloseCode(1005), 1005);
  assert.equal(receivedCloseCode(4999), 4999);
});

const bytes = (text: string) => new TextEncoder().encode(text).length;

const reasons: [what: string, reason: string, fitted: string][] = [
  ["nothing", "", ""],
  ["123 bytes of ASCII", "a".repeat(123), "a".repeat(123)],
  ["124 bytes of ASCII", "a".repeat(124), "a".repeat(123)],
  [
    "a character of two bytes that ends at 123",
    `${"a".repeat(121)}éx`,
    `${"a".repeat(121)}é`,
  ],
  [
    "a character of two bytes across 123",
    `${"a".repeat(122)}éx`,
    "a".repeat(122),
  ],
  [
    "a character of three bytes across 123",
    `${"a".repeat(121)}€`,
    "a".repeat(121),
  ],
  [
    "an emoji that ends at 123",
    `${"a".repeat(119)}🦊🦊`,
    `${"a".repeat(119)}🦊`,
  ],
  ["an emoji across 123", `${"a".repeat(120)}🦊`, "a".repeat(120)],
  ["41 characters of three bytes", "€".repeat(41), "€".repeat(41)],
  ["42 characters of three bytes", "€".repeat(42), "€".repeat(41)],
];

for (const [what, reason, fitted] of reasons) {
  test(`fitCloseReason() fits ${what}`, () => {
    assert.equal(fitCloseReason(reason), fitted);
  });
}

property(
  "fitCloseReason() keeps as many whole characters as 123 bytes hold",
  fc.string({ unit: "binary", maxLength: 200 }),
  (reason) => {
    const fitted = fitCloseReason(reason);
    assert.ok(reason.startsWith(fitted));
    assert.ok(bytes(fitted) <= 123);
    const [next] = reason.slice(fitted.length);
    if (next === undefined) return;
    assert.ok(bytes(fitted + next) > 123);
    assert.ok(
      !/[\ud800-\udbff]$/.test(fitted) || !/^[\udc00-\udfff]/.test(next),
    );
  },
);
