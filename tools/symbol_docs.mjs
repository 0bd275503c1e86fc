// Checks that everything an entry exports is documented, each function by an
// example too, as JSR's score has it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bin, root } from "./paths.mjs";

const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
const problems = Object.entries(exports).flatMap(([entry, file]) => {
  const { module_doc, symbols = [] } = documented(file);
  const about = (what) => `${entry}: ${what}`;
  const missing = hasExample(module_doc)
    ? []
    : [about("its module has no example")];
  for (const { name, declarations } of symbols) {
    const own = declarations.filter((each) =>
      each.declarationKind !== "private"
    );
    if (own.some(({ jsDoc }) => !jsDoc?.doc)) {
      missing.push(about(`${name} is not documented`));
    }
    const isFunction = own.some(({ kind }) => kind === "function");
    if (isFunction && !own.some(({ jsDoc }) => hasExample(jsDoc))) {
      missing.push(about(`${name}() has no example`));
    }
  }
  return missing;
});
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function documented(file) {
  const { status, stdout, stderr } = spawnSync(
    join(bin, "deno"),
    ["doc", "--json", file],
    { cwd: root, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`Cannot read ${file}:\n${stderr}`);
  const [module] = Object.values(JSON.parse(stdout).nodes);
  return module;
}

function hasExample(comment) {
  const { doc = "", tags = [] } = comment ?? {};
  return doc.includes("```") || tags.some(({ kind }) => kind === "example");
}
