import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameBuffer } from "../../src/connections/frame_buffer.ts";
import { isLargerThan } from "../../src/protocol/byte_size.ts";
import { resolveLimits } from "../../src/runtime/limits.ts";
import { assertSendable } from "../../src/runtime/socket_data.ts";
import { property } from "../support/random/property.ts";

const hold = (waitingFrames: number, waitingBytes: number) =>
  new FrameBuffer(resolveLimits({ waitingFrames, waitingBytes }));

test("keepIncoming() keeps as many frames as the limit says, in order", () => {
  const full = hold(3, 100);
  assert.deepEqual(["a", "b", "c"].map((x) => full.keepIncoming(x)), [
    true,
    true,
    true,
  ]);
  assert.equal(full.keepIncoming("d"), false);
  assert.deepEqual(full.incoming, ["a", "b", "c"]);
});

test("keepIncoming() keeps as many bytes as the limit says", () => {
  const full = hold(100, 10);
  assert.equal(full.keepIncoming("12345"), true);
  assert.equal(full.keepIncoming(new ArrayBuffer(5)), true);
  assert.equal(full.keepIncoming("x"), false);
  assert.equal(full.incoming.length, 2);
});

test("keepIncoming() keeps nothing of a frame that is larger than the limit", () => {
  const empty = hold(100, 10);
  assert.equal(empty.keepIncoming(new ArrayBuffer(11)), false);
  assert.deepEqual(empty.incoming, []);
});

test("keepIncoming() bounds empty frames too", () => {
  const full = hold(2, 10);
  assert.equal(full.keepIncoming(""), true);
  assert.equal(full.keepIncoming(""), true);
  assert.equal(full.keepIncoming(""), false);
});

test("keepOutgoing() has bounds of its own", () => {
  const both = hold(1, 10);
  assert.equal(both.keepIncoming("a"), true);
  assert.equal(both.keepOutgoing("b"), true);
  assert.equal(both.keepOutgoing("c"), false);
  assert.equal(both.keepIncoming("d"), false);
  assert.deepEqual([both.incoming, both.outgoing], [["a"], ["b"]]);
});

test("takeIncoming() returns the oldest frame and makes room", () => {
  const full = hold(2, 10);
  full.keepIncoming("123456");
  full.keepIncoming("7890");
  assert.equal(full.takeIncoming(), "123456");
  assert.equal(full.keepIncoming("abcdef"), true);
  assert.deepEqual(full.incoming, ["7890", "abcdef"]);
});

test("keepOutgoing() copies an ArrayBuffer that is used again", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const kept = hold(9, 9);
  kept.keepOutgoing(bytes.buffer);
  bytes.fill(9);
  assert.deepEqual(
    new Uint8Array(kept.outgoing[0] as ArrayBuffer),
    Uint8Array.of(1, 2, 3),
  );
});

test("keepOutgoing() copies what a view shows, and no more", () => {
  const bytes = Uint8Array.of(0, 1, 2, 3, 4);
  const kept = hold(9, 3);
  assert.equal(kept.keepOutgoing(new DataView(bytes.buffer, 1, 3)), true);
  bytes.fill(9);
  assert.deepEqual(
    new Uint8Array(kept.outgoing[0] as ArrayBuffer),
    Uint8Array.of(1, 2, 3),
  );
});

const texts: [what: string, text: string, bytes: number][] = [
  ["ASCII", "abcdef", 6],
  ["characters of two bytes", "éé", 4],
  ["characters of three bytes", "€€€", 9],
  ["an emoji", "🦊", 4],
  ["a lone surrogate", "\ud800", 3],
  ["a mixture", "aé€🦊", 10],
  ["nothing", "", 0],
];

for (const [what, text, bytes] of texts) {
  test(`isLargerThan() counts ${what} as UTF-8, exactly`, () => {
    assert.equal(isLargerThan(text, bytes - 1), true);
    assert.equal(isLargerThan(text, bytes), false);
    assert.equal(isLargerThan(text, bytes + 1), false);
  });
}

test("isLargerThan() counts the bytes of buffers and of views", () => {
  const buffer = new ArrayBuffer(8);
  assert.equal(isLargerThan(buffer, 7), true);
  assert.equal(isLargerThan(buffer, 8), false);
  assert.equal(isLargerThan(new Uint16Array(buffer, 2, 2), 3), true);
  assert.equal(isLargerThan(new Uint16Array(buffer, 2, 2), 4), false);
});

property(
  "isLargerThan() agrees with TextEncoder around every limit",
  fc.tuple(
    fc.array(fc.constantFrom("a", "é", "€", "🦊", "\ud800", "\udc00")),
    fc.integer({ min: -3, max: 3 }),
  ),
  ([parts, off]) => {
    const text = parts.join("");
    const size = new TextEncoder().encode(text).length;
    const limit = Math.max(0, size + off);
    assert.equal(isLargerThan(text, limit), size > limit);
  },
);

for (
  const data of ["", "a", new ArrayBuffer(0), new DataView(new ArrayBuffer(1))]
) {
  const what = typeof data === "string" ? `"${data}"` : data.constructor.name;
  test(`assertSendable() accepts ${what}`, () => assertSendable(data));
}

for (const data of [undefined, null, 1, {}, [1], new Blob(), () => {}]) {
  const what = data === null ? "null" : typeof data;
  test(`assertSendable() refuses ${String(data)} by the name ${what}`, () => {
    assert.throws(() => assertSendable(data), {
      name: "TypeError",
      message: new RegExp(`received ${what}$`),
    });
  });
}
