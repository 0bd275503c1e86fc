import assert from "node:assert/strict";
import { test } from "node:test";
import { firstFailure, mutate } from "../../tools/mutants/mutate.mjs";

const source = `function close() {
  if (isOpen(socket)) {
    socket.close();
  }
}
`;

test("mutate() puts the mistake in the place of the pattern, however that is laid out", () => {
  const find = "if (isOpen(socket)) { socket.close();";
  assert.equal(
    mutate(source, { find, replace: "{ $& $1" }),
    "function close() {\n  { $& $1\n  }\n}\n",
  );
});

for (
  const [what, find, replace] of [
    ["stands nowhere", "isOpen(connection)", "true"],
    ["stands twice", "close()", "open()"],
    ["changes nothing", "socket.close();", "socket.close();"],
  ]
) {
  test(`mutate() refuses a pattern that ${what}`, () => {
    assert.throws(() => mutate(source, { find, replace }), /pattern|different/);
  });
}

test("firstFailure() is the first test that a runner of Deno's says failed", () => {
  const output = `a passes ... ok (1ms)
b fails ... FAILED (2ms)
c fails ... FAILED (2ms)`;
  assert.equal(firstFailure(output), "b fails");
  assert.equal(firstFailure("a passes ... ok (1ms)"), undefined);
});
