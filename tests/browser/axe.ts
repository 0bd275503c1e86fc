import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe-core finds on `page` that is serious or critical: for each problem
 * its rule, what is wrong, and where.
 */
export async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate("axe.run(document)") as {
    violations: {
      id: string;
      impact: string | null;
      help: string;
      nodes: { target: unknown[] }[];
    }[];
  };
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) =>
      `${id}: ${help}: ${
        nodes.map(({ target }) => target.join(" ")).join(", ")
      }`
    );
}
