import type { SqlTestStep, SqlTestValue } from "../../fixtures/sql_agent.ts";
import type { Runtime } from "../../targets/targets.ts";

/** What `this.sql` does, for a database that is empty at first. */
export interface SqlBehaviour {
  readonly name: string;
  readonly steps: readonly SqlTestStep[];
  /** What the last step answers: its rows, each as one text, or an error. */
  readonly answer: readonly string[] | RegExp;
  readonly skips?: Partial<Record<Runtime, string>>;
}

/** A step as it stands in an agent, behind `this.`. */
export function sql(
  strings: TemplateStringsArray,
  ...values: SqlTestValue[]
): SqlTestStep {
  return [[...strings], ...values];
}

const LARGE = { bigint: "9007199254740993" };

/** The behaviours that are the same on every runtime, or a row in docs/runtimes.md. */
export const sqlTable: readonly SqlBehaviour[] = [
  // What is bound, and what is read.
  {
    name: "numbers are REAL, booleans 1 and 0, NaN is NULL",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (${1}), (${1.5}), (${true}), (${{
        number: "NaN",
      }}), (${{ number: "Infinity" }})`,
      sql`SELECT a, typeof(a) AS type FROM t ORDER BY rowid`,
    ],
    answer: [
      'a: 1, type: "real"',
      'a: 1.5, type: "real"',
      'a: 1, type: "real"',
      'a: null, type: "null"',
      'a: Infinity, type: "real"',
    ],
  },
  {
    name: "a number in a typed column becomes what the column is",
    steps: [
      sql`CREATE TABLE t (i INTEGER, r REAL, x TEXT, n NUMERIC)`,
      sql`INSERT INTO t VALUES (${7}, ${7}, ${7}, ${7})`,
      sql`SELECT i, typeof(i) AS ti, r, typeof(r) AS tr, x, n, typeof(n) AS tn FROM t`,
    ],
    answer: [
      'i: 7, ti: "integer", r: 7, tr: "real", x: "7.0", n: 7, tn: "integer"',
    ],
  },
  {
    name: "a bigint is an INTEGER, also in an untyped column",
    steps: [
      sql`CREATE TABLE t (a, b TEXT)`,
      sql`INSERT INTO t VALUES (${{ bigint: "5" }}, ${{ bigint: "5" }})`,
      sql`SELECT a, typeof(a) AS type, b, 'id-' || ${{
        bigint: "7",
      }} AS c, ${{ bigint: "7" }} / ${{ bigint: "2" }} AS d FROM t`,
    ],
    answer: ['a: 5, type: "integer", b: "5", c: "id-7", d: 3'],
  },
  {
    name: "a bigint finds an equal text in a TEXT column",
    steps: [
      sql`CREATE TABLE t (a TEXT)`,
      sql`INSERT INTO t VALUES ('12'), ('012')`,
      sql`SELECT a FROM t WHERE a = ${{ bigint: "12" }}`,
    ],
    answer: ['a: "12"'],
  },
  {
    name: "a bigint stands where any value does",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (1), (2), (3)`,
      sql`SELECT a FROM t WHERE a IN (${{ bigint: "2" }}, ${{
        bigint: "3",
      }}) ORDER BY a LIMIT ${{ bigint: "1" }} OFFSET ${{ bigint: "1" }}`,
    ],
    answer: ["a: 3"],
  },
  {
    name: "every bigint of 64 bits is stored as it is",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (${LARGE}), (${{
        bigint: "-9223372036854775808",
      }}), (${{ bigint: "9223372036854775807" }})`,
      sql`SELECT CAST(a AS TEXT) AS a FROM t ORDER BY rowid`,
    ],
    answer: [
      'a: "9007199254740993"',
      'a: "-9223372036854775808"',
      'a: "9223372036854775807"',
    ],
  },
  {
    name: "a bigint of more bits is refused",
    steps: [sql`SELECT ${{ bigint: "9223372036854775808" }}`],
    answer: /value 1 must fit into 64 bits/,
  },
  {
    name: "an INTEGER that is no safe integer is read as a bigint",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (1), (${LARGE})`,
      sql`SELECT a FROM t ORDER BY a`,
      sql`SELECT a, -a AS b FROM t ORDER BY a`,
    ],
    answer: ["a: 1, b: -1", "a: 9007199254740993n, b: -9007199254740993n"],
    skips: {
      workerd: "the platform rounds an INTEGER that is no safe integer",
    },
  },
  {
    name: "RETURNING reads such an INTEGER too, and the row is there once",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (${LARGE}) RETURNING a`,
      sql`SELECT count(*) AS n FROM t`,
    ],
    answer: ["n: 1"],
  },
  {
    name: "bytes are bytes, also none",
    steps: [
      sql`SELECT ${{ bytes: [0, 255] }} AS a, ${{
        bytes: [],
      }} AS b, typeof(${{ bytes: [] }}) AS c, x'' AS d`,
    ],
    answer: ['a: bytes 0,255, b: bytes , c: "blob", d: bytes '],
  },
  {
    name: "bytes are bytes, however they were made and wherever they lie",
    steps: [
      sql`CREATE TABLE t (a, b, c, d, e)`,
      sql`INSERT INTO t VALUES (${{ object: "bytes of a text" }}, ${{
        object: "bytes of no buffer",
      }}, ${{ object: "bytes in between" }}, ${{
        object: "bytes past the end",
      }}, ${{ bytes: [0, 0] }})`,
      sql`SELECT *, typeof(a) || typeof(b) || typeof(d) AS types FROM t`,
    ],
    answer: [
      'a: bytes , b: bytes , c: bytes 2,0, d: bytes , e: bytes 0,0, types: "blobblobblob"',
    ],
  },
  {
    name: "bytes that a row has can be bound again, also none",
    steps: [
      sql`CREATE TABLE t (a, b)`,
      sql`INSERT INTO t VALUES (zeroblob(0), x'000100')`,
      sql`UPDATE t SET a = b, b = a`,
      sql`SELECT a, b, a = ${{ bytes: [0, 1, 0] }} AS c, b = ${{
        bytes: [],
      }} AS d FROM t`,
    ],
    answer: ["a: bytes 0,1,0, b: bytes , c: 1, d: 1"],
  },
  {
    name: "an ArrayBuffer and every view of one are their bytes",
    steps: [
      sql`SELECT ${{ object: "ArrayBuffer" }} AS a, ${{
        object: "empty ArrayBuffer",
      }} AS b, ${{ object: "DataView" }} AS c, ${{
        object: "Uint16Array",
      }} AS d, ${{ object: "empty Float64Array" }} AS e`,
    ],
    answer: [
      "a: bytes 0,255, b: bytes , c: bytes 0,2, d: bytes 1,0,0,0, e: bytes ",
    ],
  },
  ...(["undefined", "Date", "Object", "Array", "symbol", "function"] as const)
    .map((object): SqlBehaviour => ({
      name: `what is no value is refused by its name: ${object}`,
      steps: [sql`SELECT ${1} AS a, ${{ object }} AS b`],
      answer: new RegExp(`value 2 must be .* bytes: received ${object}$`),
    })),
  ...["\0b", "a\0b", "a\0", "\0"].flatMap((text): SqlBehaviour[] => {
    const shown = JSON.stringify(text);
    const hex = Buffer.from(text).toString("hex");
    const cut = {
      deno: "Deno reads a text up to its first NUL character",
      node: "Node 22 reads a text up to its first NUL character",
    };
    const steps = [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (${text})`,
    ];
    return [{
      name: `a text with a NUL character is kept: ${shown}`,
      steps: [...steps, sql`SELECT a, hex(a) AS b FROM t`],
      answer: [`a: ${shown}, b: "${hex}"`],
      skips: cut,
    }, {
      name: `a text with a NUL character that SQL makes is kept: ${shown}`,
      steps: [sql`SELECT json_extract(${JSON.stringify([text])}, '$[0]') AS a`],
      answer: [`a: ${shown}`],
      skips: cut,
    }, {
      name:
        `a text with a NUL character is refused where it would be cut: ${shown}`,
      steps,
      answer: /SqlError: .* NUL character, .*: bind its bytes/,
      skips: {
        bun: "texts with a NUL character are kept",
        workerd: "texts with a NUL character are kept",
      },
    }];
  }),
  {
    name: "half of a surrogate pair is one replacement character",
    steps: [
      sql`SELECT ${"\ud800x"} AS a, ${"x\udc00"} AS b, ${"\udc00\ud800"} AS c, ${""} AS d`,
    ],
    answer: ['a: "\ufffdx", b: "x\ufffd", c: "\ufffd\ufffd", d: ""'],
  },
  {
    name: "minus zero is zero in a typed column, infinities stay",
    steps: [
      sql`CREATE TABLE t (a, b REAL, c, d, e REAL)`,
      sql`INSERT INTO t VALUES (${{ number: "-0" }}, ${{ number: "-0" }}, ${{
        number: "Infinity",
      }}, ${{ number: "-Infinity" }}, ${{ number: "NaN" }})`,
      sql`SELECT *, 9e999 AS f, -9e999 AS g, ${{ number: "-0" }} AS h FROM t`,
    ],
    answer: [
      "a: -0, b: 0, c: Infinity, d: -Infinity, e: null, f: Infinity, g: -Infinity, h: -0",
    ],
  },
  // Rows.
  {
    name: "a column may be named __proto__",
    steps: [
      sql`CREATE TABLE t ("__proto__", b)`,
      sql`INSERT INTO t VALUES (x'01', 2)`,
      sql`SELECT * FROM t`,
    ],
    answer: ["__proto__: bytes 1, b: 2"],
  },
  {
    name: "of two columns with one name the last one counts",
    steps: [sql`SELECT 1 AS a, 2 AS a, 3 + 4`],
    answer: ["a: 2, 3 + 4: 7"],
  },
  {
    name: "a statement without rows returns none",
    steps: [sql`CREATE TABLE t (a)`],
    answer: [],
  },
  // Schema changes under statements that have run before.
  {
    name: "SELECT * has the columns that were added since it ran",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (1)`,
      sql`SELECT * FROM t`,
      sql`ALTER TABLE t ADD COLUMN b DEFAULT 2`,
      sql`SELECT * FROM t`,
    ],
    answer: ["a: 1, b: 2"],
  },
  {
    name: "SELECT * has the columns by the names that they got since it ran",
    steps: [
      sql`CREATE TABLE t (a, b)`,
      sql`INSERT INTO t VALUES (1, 2)`,
      sql`SELECT * FROM t`,
      sql`/* one */ ALTER TABLE t RENAME COLUMN a TO z`,
      sql`SELECT * FROM t`,
    ],
    answer: ["z: 1, b: 2"],
  },
  {
    name: "SELECT * is without the columns that were dropped since it ran",
    steps: [
      sql`CREATE TABLE t (a, b)`,
      sql`INSERT INTO t VALUES (1, 2)`,
      sql`SELECT * FROM t`,
      sql`-- one
        ALTER TABLE t DROP COLUMN a`,
      sql`SELECT * FROM t`,
    ],
    answer: ["b: 2"],
  },
  {
    name: "SELECT * and INSERT are of the table that took the place of one",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (${1}) RETURNING *`,
      sql`SELECT * FROM t`,
      sql`DROP TABLE t; CREATE TABLE t (x DEFAULT 3)`,
      sql`INSERT INTO t VALUES (${1}) RETURNING *`,
    ],
    answer: ["x: 1"],
  },
  {
    name: "SELECT * has the old columns after a change that was rolled back",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (1)`,
      sql`ALTER TABLE t ADD COLUMN b; SELECT * FROM t; INSERT INTO none VALUES (1)`,
      sql`SELECT * FROM t`,
    ],
    answer: ["a: 1"],
  },
  {
    name: "a view may change under a statement",
    steps: [
      sql`CREATE VIEW v AS SELECT 1 AS a`,
      sql`SELECT * FROM v`,
      sql`DROP VIEW v`,
      sql`CREATE VIEW v AS SELECT 2 AS b, 3 AS c`,
      sql`SELECT * FROM v`,
    ],
    answer: ["b: 2, c: 3"],
  },
  // Several statements in one text.
  {
    name: "several statements run in order, and return the rows of the last",
    steps: [
      sql`CREATE TABLE t (a); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);
        SELECT * FROM t;`,
    ],
    answer: ["a: 1", "a: 2"],
  },
  {
    name: "each of several statements has its own values",
    steps: [
      sql`CREATE TABLE t (a, b)`,
      sql`INSERT INTO t VALUES (${"one"}, ${"two"}); UPDATE t SET a = ${"three"} WHERE b = ${"two"}; SELECT *, ${"four"} AS c FROM t`,
    ],
    answer: ['a: "three", b: "two", c: "four"'],
  },
  {
    name: "of several statements none has run when one fails",
    steps: [
      sql`CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)`,
      sql`INSERT INTO t VALUES (2); CREATE TABLE u (a); INSERT INTO t VALUES (1)`,
      sql`SELECT a, (SELECT count(*) FROM sqlite_schema WHERE name = 'u') AS u FROM t`,
    ],
    answer: ["a: 1, u: 0"],
  },
  {
    name: "of several statements none has run when one is no SQL",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`INSERT INTO t VALUES (1); nonsense`,
      sql`SELECT count(*) AS n FROM t`,
    ],
    answer: ["n: 0"],
  },
  {
    name: "several statements are one transaction, and can't have another",
    steps: [sql`BEGIN; SELECT 1 AS a; COMMIT`],
    answer: /several statements are one transaction: leave BEGIN out/,
  },
  {
    name: "a semicolon in quotes, in a comment or in a trigger ends nothing",
    steps: [
      sql`CREATE TABLE t (a); CREATE TABLE "log;" (a);
        CREATE TRIGGER r AFTER INSERT ON t WHEN new.a <> ';' BEGIN
          INSERT INTO [log;] VALUES (CASE new.a WHEN 1 THEN 'one;' ELSE 'it''s;' END);
          DELETE FROM t; -- all; of it
        END;
        INSERT INTO t VALUES (1) /* ; */; INSERT INTO t VALUES (2)`,
      sql`SELECT a, (SELECT count(*) FROM t) AS n FROM \`log;\` ORDER BY a`,
    ],
    answer: [`a: "it's;", n: 0`, 'a: "one;", n: 0'],
  },
  {
    name: "comments and semicolons around a statement are nothing",
    steps: [sql`; -- first
      /* second */ SELECT 1 AS a;; -- third`],
    answer: ["a: 1"],
  },
  {
    name: "a text without a statement is refused",
    steps: [sql`-- nothing
      ;`],
    answer: /SqlError: Cannot run a statement: there is no statement/,
  },
  // Where values stand.
  {
    name: "a value in quotes is refused",
    steps: [sql`SELECT 'it is ${1}' AS a`],
    answer: /value 1 stands in quotes or in a comment/,
  },
  {
    name: "a value before a digit is refused",
    steps: [sql`SELECT ${1}0`],
    answer: /value 1 is followed by a digit/,
  },
  ...["SELECT ? AS a", "SELECT ?1 AS a", "SELECT :a", "SELECT @a", "SELECT $a"]
    .map((text): SqlBehaviour => ({
      name: `a parameter without a value is refused: ${text}`,
      steps: [[[text]]],
      answer: /the parameter [?:@$]\w* has no value/,
    })),
  {
    name: "a question mark in quotes, or a dollar in a name, is no parameter",
    steps: [
      sql`CREATE TABLE t$1 (a)`,
      sql`INSERT INTO t$1 VALUES (${1})`,
      sql`SELECT '?' AS a, json_extract('{"b":2}', '$.b') AS b, a AS ":c" FROM t$1`,
    ],
    answer: ['a: "?", b: 2, :c: 1'],
  },
  // The engine's settings.
  {
    name: "double quotes around what is no name make a text",
    steps: [sql`SELECT "hello" AS a`],
    answer: ['a: "hello"'],
  },
  {
    name: "foreign keys are enforced",
    steps: [
      sql`CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id))`,
      sql`INSERT INTO c VALUES (7)`,
    ],
    answer: /FOREIGN KEY constraint failed/,
  },
  {
    name: "STRICT tables, generated columns and RETURNING are there",
    steps: [
      sql`CREATE TABLE t (a INTEGER, b INTEGER AS (a * 2)) STRICT`,
      sql`INSERT INTO t VALUES (${3}) RETURNING a, b`,
    ],
    answer: ["a: 3, b: 6"],
  },
  {
    name: "full text search and R-trees are there, also behind a trigger",
    steps: [
      sql`CREATE TABLE t (a TEXT); CREATE VIRTUAL TABLE f USING fts5 (a);
        CREATE VIRTUAL TABLE r USING rtree (id, x0, x1);
        CREATE TRIGGER tf AFTER INSERT ON t BEGIN
          INSERT INTO f VALUES (new.a); INSERT INTO r VALUES (1, 2, 3);
        END`,
      sql`INSERT INTO t VALUES (${"the quick brown fox"})`,
      sql`SELECT a, (SELECT count(*) FROM r) AS n FROM f WHERE f MATCH ${"quick"}`,
    ],
    answer: ['a: "the quick brown fox", n: 1'],
  },
  // Functions.
  {
    name: "the functions of JSON are there",
    steps: [
      sql`SELECT json_extract('{"a":[1,2]}', '$.a[1]') AS a, '{"b":3}' ->> 'b' AS b,
        json_group_array(value) AS c, json_object('d', 4) AS d, hex(jsonb('[1]')) AS e
        FROM json_each('[5,6]')`,
    ],
    answer: ['a: 2, b: 3, c: "[5,6]", d: "{\\"d\\":4}", e: "2B1331"'],
  },
  {
    name: "the mathematical functions are there",
    steps: [
      sql`SELECT sqrt(4) AS a, pow(2, 10) AS b, ceil(1.2) AS c, floor(-1.2) AS d,
        trunc(-1.8) AS e, mod(7, 4) AS f, ln(1) AS g, log(100) AS h, log(2, 8) AS i,
        log2(8) AS j, exp(0) AS k, round(pi(), 5) AS l, degrees(pi()) AS m,
        sin(0) AS n, atan2(0, 1) AS o, acos(1) AS p`,
    ],
    answer: [
      "a: 2, b: 1024, c: 2, d: -2, e: -1, f: 3, g: 0, h: 2, i: 3, j: 3, k: 1, " +
      "l: 3.14159, m: 180, n: 0, o: 0, p: 0",
    ],
  },
  {
    name: "the mathematical functions know integers, texts and nonsense",
    steps: [
      sql`SELECT typeof(ceil(3)) AS a, typeof(ceil(3.5)) AS b, floor('4.5') AS c,
        typeof(trunc(' 7 ')) AS d, sqrt(-1) AS e, ln(0) AS f, sqrt('x') AS g,
        sqrt(NULL) AS h, pow('2', 3) AS i, sqrt(x'34') AS j, mod(5, 0) AS k,
        ceil(9007199254740993) = 9007199254740993 AS l, log(1, 5) AS m`,
    ],
    answer: [
      'a: "integer", b: "real", c: 4, d: "integer", e: null, f: null, g: null, ' +
      "h: null, i: 8, j: null, k: null, l: 1, m: null",
    ],
  },
  {
    name: "the mathematical functions may stand in the schema",
    steps: [
      sql`CREATE TABLE t (a CHECK (sqrt(a) > 1), b AS (pow(a, 2)));
        CREATE INDEX i ON t (sqrt(a)); CREATE VIEW v AS SELECT ceil(b) AS c FROM t`,
      sql`INSERT INTO t (a) VALUES (4)`,
      sql`SELECT a, b, c FROM t, v`,
    ],
    answer: ["a: 4, b: 16, c: 16"],
  },
  {
    name: "a mathematical function with too many arguments is refused",
    steps: [sql`SELECT sqrt(1, 2)`],
    answer: /wrong number of arguments to function sqrt/,
  },
  {
    name: "a function that is not there is an error of the statement",
    steps: [sql`SELECT no_such_thing(1)`],
    answer: /SqlError: Cannot run a statement: no such function: no_such_thing/,
  },
  {
    name: "functions that reach outside are not there",
    steps: [sql`SELECT load_extension('x')`],
    answer: /SqlError: Cannot run a statement: .*not authorized/,
  },
  // What only the local engines have.
  {
    name: "BEGIN and COMMIT in texts of their own are a transaction",
    steps: [
      sql`CREATE TABLE t (a)`,
      sql`BEGIN`,
      sql`INSERT INTO t VALUES (1)`,
      sql`ROLLBACK`,
      sql`SELECT count(*) AS n FROM t`,
    ],
    answer: ["n: 0"],
    skips: { workerd: "the platform refuses BEGIN and SAVEPOINT" },
  },
  {
    name: "SELECT * has the old columns after an error that rolled back",
    steps: [
      sql`CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)`,
      sql`BEGIN`,
      sql`ALTER TABLE t ADD COLUMN b`,
      sql`SELECT * FROM t`,
      sql`INSERT OR ROLLBACK INTO t (a) VALUES (1)`,
      sql`SELECT * FROM t`,
    ],
    answer: ["a: 1"],
    skips: { workerd: "the platform refuses BEGIN and SAVEPOINT" },
  },
  {
    name: "a temporary table is there as long as the instance is in memory",
    steps: [
      sql`CREATE TEMP TABLE t (a)`,
      sql`INSERT INTO t VALUES (1)`,
      sql`SELECT a FROM temp.t`,
    ],
    answer: ["a: 1"],
    skips: {
      workerd: "the platform refuses TEMP, ATTACH, VACUUM and most of PRAGMA",
    },
  },
];
