import assert from "node:assert/strict";
import { test } from "node:test";
import { pageOf, problemsOf, proofsOf } from "../../tools/compatibility.mjs";
import { testsIn } from "../../tools/test_titles.mjs";

const source = `
import { behaviour } from "../support/suite.ts";
const elsewhere = {
  deno: "stays in memory",
  bun: "stays in memory",
};
behaviour("it answers", async () => { await it("x"); });
behaviour(
  "it sleeps",
  async () => {},
  elsewhere,
);
behaviour("it is told", run, { workerd: "nobody tells" });
test(\`close(\${code}) is "final"\`, () => {});
test("it is left out", { skip: true }, () => {});
// test("it is a comment", () => {});
function own(
  name: string,
  run: () => void,
): void {
  behaviour(name, run);
}
own("it is one of its own", () => {});
const text = 'test("it is a text", run)';
other("it is no test", () => {});
`;
const tests = testsIn(source);

test("testsIn() finds titles, also of functions of the file's own", () => {
  assert.deepEqual(tests.map(({ title }) => title), [
    "it answers",
    "it sleeps",
    "it is told",
    'close(${code}) is "final"',
    "it is left out",
    "it is one of its own",
  ]);
});

test("testsIn() knows which runtimes leave a test out", () => {
  const skips = tests.map(({ skips }) => skips.join());
  const all = "deno,bun,workerd,node";
  assert.deepEqual(skips, ["", "deno,bun", "workerd", "", all, ""]);
});

test("testsIn() finds the names in a list", () => {
  const list = `
export const checks = [
  {
    name: "one",
    run: () => ({ name: "no" }),
  },
  {
    name:
      "two",
  },
];
`;
  assert.deepEqual(testsIn(list, true).map(({ title }) => title), [
    "one",
    "two",
  ]);
});

const fine = {
  feature: "answers",
  core: true,
  verdict: "same",
  tests: { "a.test.ts": ["it answers"] },
};

function problems(row: object): string[] {
  const testsOf = (file: string) => file === "a.test.ts" ? tests : undefined;
  return problemsOf([{ title: "x", rows: [{ ...fine, ...row }] }], testsOf);
}

const sections = [{
  title: "Part, of it",
  rows: [fine, {
    feature: "a | b",
    core: false,
    verdict: "never",
    note: "so",
    tests: {},
  }],
}];

const contents: [what: string, row: object][] = [
  ["a row that a test proves", {}],
  ["a test in part of a runtime's, where the row says so", {
    note: "on Workers",
    except: ["deno", "bun"],
    tests: { "a.test.ts": ["it sleeps"] },
  }],
  ["what is not yet there, and not core", {
    core: false,
    verdict: "not yet",
    note: "later",
    tests: {},
  }],
];

for (const [what, row] of contents) {
  test(`problemsOf() is content with ${what}`, () => {
    assert.deepEqual(problems(row), []);
  });
}

const forged: [what: string, row: object, problem: RegExp][] = [
  ["another verdict", { verdict: "great", note: "x" }, /verdict is one of/],
  [
    "core that is missing",
    { verdict: "not yet", note: "later" },
    /to be there/,
  ],
  ["a claim without a test", { tests: {} }, /no test proves it/],
  ["better without how", { verdict: "better" }, /how, or why/],
  ["never without why", { core: false, verdict: "never" }, /how, or why/],
  [
    "a file that is not there",
    { tests: { "b.test.ts": ["x"] } },
    /there is no/,
  ],
  [
    "a title that is not there",
    { tests: { "a.test.ts": ["it answers."] } },
    /has no test "it answers\."/,
  ],
  [
    "a title that is a comment",
    { tests: { "a.test.ts": ["it is a comment"] } },
    /has no test/,
  ],
  [
    "a title that is skipped",
    { tests: { "a.test.ts": ["it is left out"] } },
    /skips "it is left out"/,
  ],
  [
    "a test that a runtime skips",
    { tests: { "a.test.ts": ["it is told"] } },
    /skipped on workerd/,
  ],
  [
    "an exception that is none",
    { except: ["bun"], note: "x" },
    /no test of it/,
  ],
];

for (const [what, row, problem] of forged) {
  test(`problemsOf() finds ${what}`, () => {
    const found = problems(row);
    assert.ok(found.some((text) => problem.test(text)), found.join());
  });
}

test("pageOf() counts the proofs, and marks what is core", () => {
  const page = pageOf("# Top\n", sections);
  assert.match(
    page,
    /^\| \*\*answers\*\* \| same \| {2}\| \[1\]\(compatibility_proofs\.md#part-of-it\) \|$/m,
  );
  assert.match(page, /^\| a \\\| b \| never \| so \| {2}\|$/m);
});

test("proofsOf() lists the tests of each row that has some", () => {
  const page = proofsOf("# Top\n", sections);
  assert.match(
    page,
    /^### answers\n\n- \[a\]\(\.\.\/tests\/a\.test\.ts\): it answers$/m,
  );
  assert.doesNotMatch(page, /a \| b/);
});
