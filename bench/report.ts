import type { Runtime } from "../tests/targets/targets.ts";
import type { Pair } from "./pairs.ts";
import type { Plan } from "./scenarios.ts";
import { estimate, median } from "./statistics.ts";

/** One line of the table. */
export interface Row {
  readonly cells: readonly string[];
  /** The median is within the bound. */
  readonly ok: boolean;
  /** Units per second, which depend on the generator too. */
  readonly rates?: string;
}

export const HEADINGS: readonly string[] = [
  "scenario",
  "runtime",
  "ours",
  "control",
  "ours to control (95 % interval)",
  "bound",
  "ok",
  "generator CPU",
];

const WIDTHS = [40, 7, 10, 10, 34, 9, 3, 13];

/** The row of one scenario on one runtime. */
export function rowOf(
  title: string,
  runtime: Runtime,
  plan: Plan,
  pairs: readonly Pair[],
): Row {
  const { median: value, low, high } = estimate(
    pairs.map((pair) => compared(plan, pair)),
  );
  const ours = pairs.map((pair) => pair.ours);
  const control = pairs.map((pair) => pair.control);
  const ok = value <= plan.bound.most;
  const shares = [...ours, ...control].map((sample) => sample.generatorShare);
  return {
    ok,
    rates: `${title}, ${runtime}: ${rate(ours)}, control ${rate(control)}`,
    cells: [
      title,
      runtime,
      cost(plan, median(ours.map((sample) => sample.cost))),
      cost(plan, median(control.map((sample) => sample.cost))),
      `${comparison(plan, value)} (${comparison(plan, low)} to ${
        comparison(plan, high)
      })`,
      comparison(plan, plan.bound.most),
      ok ? "yes" : "NO",
      `${Math.round(median(shares) * 100)} %`,
    ],
  };
}

/** The row of a scenario that did not come to its end. */
export function failedRow(title: string, runtime: Runtime): Row {
  const cells = [title, runtime, "-", "-", "failed", "-", "NO", "-"];
  return { cells, ok: false };
}

/** A line of a table whose columns stand one below the other. */
export function aligned(cells: readonly string[]): string {
  return cells.map((cell, at) => cell.padEnd(WIDTHS[at])).join("  ").trimEnd();
}

/** The whole table, to be pasted. */
export function markdown(machine: string, rows: readonly Row[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => "---")];
  for (const row of rows) lines.push(row.cells);
  const table = lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  return `${machine}\n\n${table}`;
}

function compared({ bound }: Plan, { ours, control }: Pair): number {
  if (bound.of === "ratio") return ours.cost / control.cost;
  return bound.of === "ours" ? ours.cost : ours.cost - control.cost;
}

function comparison(plan: Plan, value: number): string {
  if (plan.bound.of === "ratio") return value.toFixed(3).replace(/0$/, "");
  return (plan.bound.of === "ours" ? "" : value < 0 ? "" : "+") +
    cost(plan, value);
}

function cost(plan: Plan, value: number): string {
  const digits = Math.abs(value) < 100 ? 2 : 0;
  return `${value.toFixed(digits)} ${plan.measure === "cpu" ? "µs" : "KiB"}`;
}

function rate(samples: readonly { rate: number }[]): string {
  return `${Math.round(median(samples.map((sample) => sample.rate)))}/s`;
}
