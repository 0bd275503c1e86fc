// Checks everything that a release needs, and prints what to publish where:
// `npm run release`. It publishes nothing. With --quick it runs no tests.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pack } from "./pack.mjs";
import { publishingSteps, releaseProblems } from "./release_problems.mjs";
import { bin, root } from "./setup.mjs";
import { STARTERS } from "./starters.mjs";

const isQuick = process.argv.includes("--quick");
const npm = JSON.parse(read("package.json"));
const problems = releaseProblems({
  npm,
  jsr: JSON.parse(read("deno.json")),
  changelog: read("CHANGELOG.md"),
  starters: Object.fromEntries(Object.keys(STARTERS).map(rangeOf)),
});
if (git("status", "--porcelain") !== "") {
  problems.push("there are changes that are not committed");
}
try {
  const { file } = await pack();
  check("JSR", join(bin, "deno"), "publish", "--dry-run", "--allow-dirty");
  check("npm", "node", "tools/package_check.mjs");
  if (!isQuick) {
    check("the tests", "npm", "test");
    check("the long tests", "npm", "run", "test:all");
  }
  if (problems.length === 0) console.log(publishingSteps(npm.version, file));
} catch (error) {
  problems.push(error.message);
}
for (const problem of problems) console.error(`Not yet: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

function check(what, command, ...args) {
  console.log(`Checking ${what}`);
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status === 0) return;
  console.error(`${stdout}${stderr}`);
  problems.push(`${what}: see above`);
}

/** The range in which a starter asks for the package, by the path that says so. */
function rangeOf(name) {
  const isDeno = name === "deno";
  const path = `starters/${name}/${isDeno ? "deno" : "package"}.json`;
  const { imports, dependencies } = JSON.parse(read(path));
  const range = (imports ?? dependencies)[npm.name];
  return [path, range.replace(`jsr:${npm.name}@`, "")];
}

function git(...args) {
  return spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout;
}

function read(path) {
  return readFileSync(join(root, path), "utf8");
}
