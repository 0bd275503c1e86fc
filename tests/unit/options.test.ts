import assert from "node:assert/strict";
import { test } from "node:test";
import { optionProblems, optionsIn } from "../../tools/options.mjs";

const source = `
/** Options. */
export interface ThingOptions<State = unknown>
  extends OtherOptions {
  /** The name. Default \`"default"\`. */
  name?: string;
  /**
   * How long, in milliseconds. Default 10,000, and 0 for streams.
   */
  timeout?: number;
  /** Where. Default the page's own. */
  host?: { readonly inner: string };
  /** Called. */
  onThing?: (thing: Thing) => void;
}

export interface Thing {
  /** No option. */
  other: string;
}
`;

const options = [
  { name: "name", default: '`"default"`' },
  { name: "timeout", default: "10,000" },
  { name: "host", default: undefined },
  { name: "onThing", default: undefined },
];

test("optionsIn() finds names and defaults of options, and nothing else", () => {
  assert.deepEqual(optionsIn(source), options);
});

const page = `
| option | default | meaning |
| --- | --- | --- |
| \`name\`, \`host\` | \`"default"\` | who |
| \`timeout\` | 10,000 ms | when |
| \`onThing(thing)\` | | what |
`;

test("optionProblems() is content with a table that has them all", () => {
  assert.deepEqual(optionProblems(options, page), []);
});

test("optionProblems() names an option that no table has", () => {
  const without = page.replace(/.*onThing.*\n/, "`onThing` is no row\n");
  assert.deepEqual(optionProblems(options, without), [
    "no table has the option onThing",
  ]);
});

test("optionProblems() names a default that is another one", () => {
  assert.deepEqual(optionProblems(options, page.replace("10,000", "10")), [
    "the table has another default of timeout than 10,000",
  ]);
});
