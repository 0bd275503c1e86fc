// Checks the links between the pages of the documentation: their files, and
// the headings in them.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { remark } from "remark";
import remarkValidateLinks from "remark-validate-links";
import { engine } from "unified-engine";
import { documentPages } from "../docs/pages.mjs";
import { filesIn } from "../files.mjs";
import { root } from "../paths.mjs";

const folder = join(root, "docs/built/links");
const forged = "docs/built/links/forged.md";
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(root, forged),
  "# Forged\n\n[no file](nowhere.md) and [no heading](../../state.md#nowhere)\n",
);
const starters = filesIn("starters").filter((path) => path.endsWith(".md"));
const pages = [...documentPages(), "tools/README.md", "bench/README.md"];
const files = [...pages, ...starters, forged];

let said = "";
const hear = new Writable({
  write(chunk, _, done) {
    said += chunk;
    done();
  },
});
await new Promise((resolve, reject) =>
  engine({
    processor: remark(),
    cwd: root,
    files,
    plugins: [[remarkValidateLinks, { repository: false }]],
    quiet: true,
    output: false,
    out: false,
    color: false,
    streamError: hear,
    streamOut: hear,
  }, (error) => error ? reject(error) : resolve())
);
rmSync(folder, { recursive: true, force: true });

const problems = [];
let page = "";
let found = 0;
for (const line of said.split("\n")) {
  if (files.includes(line.trim())) page = line.trim();
  if (!/ warning | error /.test(line)) continue;
  if (page === forged) found++;
  else problems.push(`${page}: ${line.trim().replace(/\s+/g, " ")}`);
}
if (found !== 2) {
  problems.push(`${found} of 2 wrong links of a forged page were found`);
}
for (const path of documentPages()) {
  const text = readFileSync(join(root, path), "utf8");
  // Pages of the site, and of the package, have no place for these.
  for (const [, target] of text.matchAll(/\]\((\/[^)]*)\)/g)) {
    problems.push(`${path}: the link ${target} begins with a slash`);
  }
  for (const [, target] of text.matchAll(/!\[[^\]]*\]\(([^):]+)\)/g)) {
    if (!existsSync(join(root, path, "..", target))) {
      problems.push(`${path}: there is no picture ${target}`);
    }
  }
}
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
