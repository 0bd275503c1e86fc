import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedTags } from "../../src/connections/tags.ts";

test("checkedTags() puts the id in front", () => {
  assert.deepEqual(checkedTags("id", ["a", "b"]), ["id", "a", "b"]);
  assert.deepEqual(checkedTags("id", []), ["id"]);
});

test("checkedTags() does not change what it was given", () => {
  const tags = ["a"];
  checkedTags("id", tags).push("b");
  assert.deepEqual(tags, ["a"]);
});

test("checkedTags() accepts nine tags and no tenth", () => {
  const nine = Array.from("abcdefghi");
  assert.equal(checkedTags("id", nine).length, 10);
  assert.throws(() => checkedTags("id", [...nine, "j"]), {
    name: "RangeError",
    message: /at most 9 tags: received 10/,
  });
});

test("checkedTags() accepts 256 characters and no more", () => {
  assert.equal(checkedTags("id", ["x".repeat(256)]).length, 2);
  assert.throws(() => checkedTags("id", ["x".repeat(257)]), RangeError);
});

for (const tags of ["room", undefined, null, new Set(["room"]), {}, false]) {
  test(
    `checkedTags() refuses what is no array: ${
      tags instanceof Set ? "a Set" : JSON.stringify(tags)
    }`,
    () => {
      assert.throws(() => checkedTags("id", tags as never), {
        name: "RangeError",
        message:
          "Cannot tag a connection: tags must be an array of strings of 1 to 256 characters",
      });
    },
  );
}

for (const tag of ["", 1, null, undefined, {}]) {
  test(`checkedTags() refuses ${JSON.stringify(tag)}`, () => {
    assert.throws(() => checkedTags("id", ["ok", tag as string]), RangeError);
  });
}
