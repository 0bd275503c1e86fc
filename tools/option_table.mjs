// Every option of the client stands in docs/client.md, with its default.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "./files.mjs";
import { optionProblems, optionsIn } from "./options.mjs";
import { root } from "./setup.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");
const options = filesIn("src/client").map(read).flatMap(optionsIn);
const problems = optionProblems(options, read("docs/client.md"));
if (options.length === 0) problems.push("there are no options in src/client");
for (const problem of problems) console.error(`docs/client.md: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
