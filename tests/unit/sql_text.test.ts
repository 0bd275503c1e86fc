import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { statementsOf } from "../../src/durability/sql_text.ts";
import { property } from "../support/random/property.ts";

/** Statements in which semicolons, quotes and comments stand where they end nothing. A `§` is a value. */
const STATEMENTS = [
  "SELECT 1",
  "SELECT § AS a",
  "INSERT INTO t VALUES (§, §)",
  "SELECT 'a;b', \"c;d\", `e;f`, [g;h]",
  "SELECT 'it''s; so', § /* one; two */, §",
  "SELECT '--', '/*' -- it's; a comment\n, §",
  'SELECT "a""b;", a$1, \'?\', $§'.replace("$§", "§"),
  "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE a WHEN 1 THEN 2 END; END",
  'create temp trigger "end" after insert on t begin select 1;end',
  "EXPLAIN QUERY PLAN CREATE TRIGGER r BEGIN SELECT ';'; END",
  "CREATE TABLE trigger_of_end (a)",
  "END",
  "§",
];
const AROUND = ["", " ", "\n", ";", " ; ;", "-- none; 'here\n", "/* ; ' */"];

/** What the statements of a text are, and which values each has. */
function split(text: string): [text: string, firstValue: number][] {
  return statementsOf(text.split("§")).map(({ parts, firstValue }) => [
    parts.join("§"),
    firstValue,
  ]);
}

property(
  "statementsOf() finds each statement, with its values",
  fc.tuple(
    fc.array(
      fc.tuple(fc.constantFrom(...STATEMENTS), fc.constantFrom(...AROUND)),
      { minLength: 1, maxLength: 6 },
    ),
    fc.constantFrom(...AROUND),
  ),
  ([statements, before]) => {
    const text = before +
      statements.map(([text, after]) => `${text};${after}`).join("");
    let value = 0;
    const expected = statements.map(([text]) => {
      const first = value;
      value += text.split("§").length - 1;
      return [text, first];
    });
    assert.deepEqual(split(text), expected);
  },
);

property(
  "statementsOf() loses no word of a text, whatever it is",
  fc.array(
    fc.constantFrom(
      ..."'\"`[]();-/*\n §?:$aé",
      "CREATE TRIGGER ",
      "END;",
      "BEGIN ",
      "1",
    ),
    { maxLength: 20 },
  ),
  (tokens) => {
    const strings = tokens.join("").split("§");
    let found;
    try {
      found = statementsOf(strings);
    } catch (error) {
      assert(error instanceof SyntaxError);
      return;
    }
    let value = 0;
    for (const { parts, firstValue, verb } of found) {
      assert.equal(firstValue, value);
      value += parts.length - 1;
      assert.notEqual(verb, "");
      assert.equal(parts[0], parts[0].trimStart());
      // It stays one when it is looked at by itself.
      assert.deepEqual(
        statementsOf(parts).map(({ parts }) => parts),
        [parts],
      );
    }
    assert.equal(value, strings.length - 1);
  },
);

test("statementsOf() says the first word in capitals", () => {
  const verbs = statementsOf(["/* a */ begin; -- b\n Commit;savepoint x"])
    .map(({ verb }) => verb);
  assert.deepEqual(verbs, ["BEGIN", "COMMIT", "SAVEPOINT"]);
});

test("statementsOf() keeps what it found for a template, and for nothing that can change", () => {
  const template = Object.freeze(["SELECT 1"]);
  assert.equal(statementsOf(template), statementsOf(template));
  const changing = ["SELECT 1"];
  statementsOf(changing);
  changing[0] = "SELECT 2";
  assert.deepEqual(statementsOf(changing)[0].parts, ["SELECT 2"]);
});

test("statementsOf() takes a text of a megabyte", () => {
  const rows = "(1, 'one; two'), ".repeat(1 << 16);
  const insert = `INSERT INTO t VALUES ${rows} (2)`;
  const comment = `/*${"; ".repeat(1 << 17)}*/`;
  const [{ parts }, ...more] = statementsOf([comment + insert]);
  assert.deepEqual(more, []);
  assert(parts[0] === insert);
});
