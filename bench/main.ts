import { writeFileSync } from "node:fs";
import type { Runtime } from "../tests/targets/targets.ts";
import { machine } from "./machine.ts";
import { parseOptions } from "./options.ts";
import { measurePairs } from "./pairs.ts";
import {
  aligned,
  failedRow,
  HEADINGS,
  markdown,
  type Row,
  rowOf,
} from "./report.ts";
import type { Plan } from "./scenarios.ts";
import { Side } from "./side.ts";

const options = parseOptions(process.argv.slice(2));
// Memory is compared after a collection, which Deno does on demand with this.
process.env.DENO_V8_FLAGS = "--expose-gc";
process.env.NODE_ENV = "production";

process.once("SIGINT", async () => {
  await Side.stopAll();
  process.exit(130);
});

const started = performance.now();
const where = machine();
console.log(`${where}\n\n${aligned(HEADINGS)}`);
const rows: Row[] = [];
for (const scenario of options.scenarios) {
  for (const runtime of options.runtimes) {
    const plan = scenario.plans[runtime];
    if (plan === undefined) continue;
    const row = await measure(scenario.title, runtime, plan);
    console.log(aligned(row.cells));
    rows.push(row);
  }
}
summarise();

async function measure(
  title: string,
  runtime: Runtime,
  plan: Plan,
): Promise<Row> {
  try {
    const count = options.pairs[plan.measure];
    const pairs = await measurePairs(runtime, plan, count);
    return rowOf(title, runtime, plan, pairs);
  } catch (error) {
    console.error(`Cannot measure "${title}" on ${runtime}: ${error}`);
    process.exitCode = 1;
    return failedRow(title, runtime);
  }
}

function summarise(): void {
  const rates = rows.map((row) => row.rates ?? "").filter((line) => line);
  console.log(`\nRates, for orientation:\n${rates.join("\n")}`);
  const beyond = rows.filter((row) => !row.ok);
  const names = beyond.map(({ cells }) => `${cells[0]} on ${cells[1]}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `\n${
      rows.length - beyond.length
    } of ${rows.length} within their bounds, after ${seconds} s.`,
  );
  for (const name of names) console.log(`Beyond: ${name}`);
  if (options.markdown !== undefined) {
    writeFileSync(options.markdown, markdown(where, rows));
  }
}
