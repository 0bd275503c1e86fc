import { parseArgs } from "node:util";
import type { Runtime } from "../tests/targets/targets.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** What a run of the benchmark does. */
export interface Options {
  readonly runtimes: readonly Runtime[];
  readonly scenarios: readonly Scenario[];
  /** Pairs of each scenario that compares CPU, and of those that compare memory. */
  readonly pairs: { readonly cpu: number; readonly memory: number };
  /** Where the table goes as Markdown. */
  readonly markdown?: string;
}

const RUNTIMES: readonly Runtime[] = ["bun", "deno", "node", "workerd"];

/** Reads the command line. Throws a `TypeError` for what it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      scenario: { type: "string" },
      pairs: { type: "string" },
      quick: { type: "boolean" },
      markdown: { type: "string" },
    },
  });
  const pairs = Number(values.pairs ?? (values.quick ? 3 : 15));
  if (!Number.isInteger(pairs) || pairs < 1) {
    throw new TypeError(
      `Cannot run the benchmark: --pairs must be a positive integer: received ${values.pairs}`,
    );
  }
  return {
    runtimes: chosen(RUNTIMES, values.only, (runtime) => runtime),
    scenarios: chosen(scenarios, values.scenario, ({ name }) => name),
    pairs: { cpu: pairs, memory: Math.ceil(pairs / 3) },
    markdown: values.markdown,
  };
}

/** The items whose names are listed, or all. */
function chosen<T>(
  items: readonly T[],
  list: string | undefined,
  nameOf: (item: T) => string,
): readonly T[] {
  if (list === undefined) return items;
  return list.split(",").map((wanted) => {
    const item = items.find((item) => nameOf(item) === wanted);
    if (item !== undefined) return item;
    const names = items.map(nameOf).join(", ");
    throw new TypeError(
      `Cannot run the benchmark: "${wanted}" is none of ${names}`,
    );
  });
}
