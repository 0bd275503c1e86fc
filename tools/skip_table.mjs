// Every reason for which a runtime skips a behaviour stands in docs/runtimes.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "./files.mjs";
import { root } from "./setup.mjs";
import { missingReasons, skipReasons } from "./skips.mjs";

const table = readFileSync(join(root, "docs/runtimes.md"), "utf8");
const sources = [
  ...filesIn("tests/suite"),
  "tests/support/storage/sql_table.ts",
].map(
  (file) => readFileSync(join(root, file), "utf8"),
);
const reasons = sources.flatMap(skipReasons);
const missing = missingReasons(reasons, table);
for (const reason of missing) {
  console.error(`docs/runtimes.md does not say: ${reason}`);
}
if (reasons.length === 0) console.error("No skips found: is the scan right?");
process.exitCode = missing.length > 0 || reasons.length === 0 ? 1 : 0;
