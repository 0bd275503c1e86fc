/**
 * The part of `node:test` that the unit tests use, for workerd, which has
 * none: collects the tests, and runs them when the runner asks.
 */
interface Options {
  skip?: boolean | string;
}

type Body = () => unknown;

const tests: { name: string; skip: unknown; body: Body }[] = [];
let group = "";

export function test(name: string, options: Options | Body, body?: Body): void {
  const given = typeof options === "function" ? {} : options;
  const run = typeof options === "function" ? options : body!;
  tests.push({ name: group + name, skip: given.skip, body: run });
}

test.skip = (name: string, body: Body) => test(name, { skip: true }, body);

export const it = test;

export function describe(name: string, body: Body): void {
  const outer = group;
  group += `${name} > `;
  body();
  group = outer;
}

/** Runs everything one after another, and throws when something failed. */
export async function runTests(): Promise<void> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, skip, body } of tests) {
    if (skip) {
      count.skipped++;
      console.log(`(skip) ${name}`);
      continue;
    }
    try {
      await body();
      count.passed++;
    } catch (error) {
      count.failed++;
      console.log(`(fail) ${name}\n${(error as Error)?.stack ?? error}`);
    }
  }
  const { passed, failed, skipped } = count;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (failed > 0) throw new Error(`${failed} tests failed`);
}

export default test;
