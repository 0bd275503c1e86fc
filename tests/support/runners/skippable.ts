import { test as run } from "node:test";

/** As `test` of `node:test`; why one is skipped stands in its name, where every runner's report has it. */
export function test(
  name: string,
  { skip }: { skip: string | false },
  body: () => void | Promise<void>,
): void {
  if (skip === false) run(name, body);
  else run(`${name} # SKIP ${skip}`, { skip }, body);
}
