import fc from "fast-check";
import assert from "node:assert/strict";
import {
  mayBeClientFrame,
  parseClientFrame,
} from "../../src/protocol/frames.ts";
import { property } from "../support/random/property.ts";

const space = fc.string({
  unit: fc.constantFrom(" ", "\t", "\n", "\r"),
  maxLength: 3,
});

/** Texts that look like parts of a frame, where the scan could go astray. */
const bait = fc.constantFrom(
  "type",
  '"type"',
  '"type":"rpc"',
  'x"type":',
  "\\",
  "rpc",
  "cf_agent_state",
  "{",
  "}",
  "",
);
const value = fc.oneof(
  fc.json({ maxDepth: 2 }),
  bait.map((text) => JSON.stringify(text)),
  bait.map((text) => JSON.stringify({ type: text, [text]: ["type", text] })),
);
const key = fc.oneof(bait, fc.string()).map((text) => JSON.stringify(text));
const noise = fc.array(fc.tuple(key, value), { maxLength: 4 });

const text = fc.oneof(bait, fc.string()).map((part) => JSON.stringify(part));
const args = fc.array(value, { maxLength: 3 }).map((all) => `[${all}]`);
const state = fc.tuple(value).map(([given]) => [
  ['"type"', '"cf_agent_state"'],
  ['"state"', given],
]);
const call = fc.tuple(text, text, args).map(([id, method, given]) => [
  ['"type"', '"rpc"'],
  ['"id"', id],
  ['"method"', method],
  ['"args"', given],
]);

/** A frame with its keys in any order, others between them, and white space everywhere. */
const frame = fc.tuple(fc.oneof(state, call), noise)
  .chain(([own, others]) =>
    fc.tuple(
      fc.shuffledSubarray([...others, ...own], {
        minLength: others.length + own.length,
      }),
      fc.array(space, { minLength: 8, maxLength: 8 }),
    )
  )
  .map(([members, spaces]) => {
    const [a, b, c, d, e, f] = spaces;
    const inner = members.map(([k, v]) => `${a}${k}${b}:${c}${v}${d}`);
    return `${e}{${inner.join(",")}}${f}`;
  });

let seen = 0;

property(
  "mayBeClientFrame() never misses what parseClientFrame() accepts",
  frame,
  (given) => {
    if (parseClientFrame(given) === undefined) return;
    seen++;
    assert.equal(mayBeClientFrame(given), true, given);
  },
  5000,
);

property(
  "parseClientFrame() accepts most of what the test above makes",
  fc.constant(undefined),
  () => assert.ok(seen > 2500, `only ${seen} of 5000 were frames`),
  1,
);

property(
  "parseClientFrame() throws for no text",
  fc.oneof(frame, fc.string(), fc.json(), bait).chain((given) =>
    fc.nat(given.length).map((end) => given.slice(0, end))
  ),
  (given) => {
    const parsed = parseClientFrame(given);
    if (parsed !== undefined) assert.equal(mayBeClientFrame(given), true);
  },
);
