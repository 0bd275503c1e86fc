// Checks the types of all TypeScript in the documentation, and runs the blocks
// that say so.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { blocksOf, filesOf } from "./docs/blocks.mjs";
import { documentPages } from "./docs/pages.mjs";
import { bin, root, setup } from "./setup.mjs";

/** A page that is wrong in each way: a check that accepts it is blind. */
const FORGED = "forged.md";
const FORGED_PAGE = `# Forged

\`\`\`ts
import { Agent } from "@roam/agents";
new Agent().doesNotExist();
\`\`\`

\`\`\`ts
const lost: string = ["of a list that may be shorter"][1];
\`\`\`

<!-- block run -->

\`\`\`ts
throw new Error("a block that fails");
\`\`\`
`;

await setup();
const folder = join(root, "docs/built/blocks");
rmSync(folder, { recursive: true, force: true });
const problems = [];
const runs = [];
let checked = 0;
const pages = [
  ...documentPages().map((
    path,
  ) => [path, readFileSync(join(root, path), "utf8")]),
  [FORGED, FORGED_PAGE],
];
for (const [page, text] of pages) {
  try {
    for (const { file, text: source, runs: isRun } of filesOf(blocksOf(text))) {
      const path = join(folder, page, file);
      mkdirSync(join(folder, page), { recursive: true });
      writeFileSync(path, source);
      checked++;
      if (isRun) runs.push(join(page, file));
    }
  } catch (error) {
    problems.push(`${page}: ${error.message}`);
  }
}
writeFileSync(join(folder, "deno.json"), JSON.stringify(configuration()));
writeFileSync(join(folder, "run.mjs"), runner());
// What a package needs of others is looked for among those of the project.
cpSync(join(root, "package.json"), join(folder, "package.json"));
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
// No package of ours has it; this much of it is in the documentation.
writeFileSync(
  join(folder, "express.ts"),
  `interface App {
  (incoming: unknown, outgoing: unknown): void;
  get(
    path: string,
    handler: (request: unknown, response: { send(text: string): void }) => void,
  ): void;
}
export default function express(): App {
  throw new Error("It is not installed");
}
`,
);

const types = deno("check", "--no-lock", ".");
const found = onPages(types);
for (const line of [5, 9]) {
  if (!found.includes(`${FORGED}:${line}:`)) {
    problems.push(`The types of a forged block were accepted:\n${found}`);
  }
}
problems.push(...errorsOf(found));

const ran = onPages(deno("run", "-A", "--no-lock", "--no-check", "run.mjs"));
const failed = ran.split("\n").filter((line) => line.startsWith("FAILED "));
if (!failed.some((line) => line.includes(FORGED))) {
  problems.push(`A forged block that throws was accepted:\n${ran}`);
}
problems.push(...failed.filter((line) => !line.includes(FORGED)));
if (!ran.includes("ALL RAN")) problems.push(`Not all blocks have run:\n${ran}`);

console.log(`${checked - 3} blocks checked, ${runs.length - 1} of them run`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function deno(...args) {
  const { stdout, stderr } = spawnSync(join(bin, "deno"), args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    timeout: 120_000,
  });
  return `${stdout}\n${stderr}`;
}

/** As in the checkout, with the library of a browser besides. */
function configuration() {
  const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
  const { name, exports, imports } = read("deno.json");
  const entries = Object.entries(exports).map(([entry, file]) => [
    name + entry.slice(1),
    pathToFileURL(join(root, file)).href,
  ]);
  return {
    nodeModulesDir: "manual",
    imports: {
      ...imports,
      ...Object.fromEntries(entries),
      express: "./express.ts",
    },
    compilerOptions: {
      lib: ["dom", "dom.iterable", "dom.asynciterable", "deno.ns", "esnext"],
      jsx: "react-jsx",
      jsxImportSource: "react",
      strict: true,
      noImplicitOverride: true,
      // As new projects of `tsc --init` and `bun init` have it.
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
    },
  };
}

function runner() {
  const store = join(folder, "store");
  mkdirSync(store, { recursive: true });
  return `Deno.chdir(${JSON.stringify(store)});
console.log = () => {};
for (const file of ${JSON.stringify(runs)}) {
  try {
    const patience = Promise.withResolvers();
    const timer = setTimeout(() => patience.reject("it does not end"), 60_000);
    const module = import(${
    JSON.stringify(pathToFileURL(folder).href)
  } + "/" + file);
    await Promise.race([module, patience.promise]);
    clearTimeout(timer);
  } catch (error) {
    console.error("FAILED " + file + ": " + error);
  }
}
console.error("ALL RAN");
Deno.exit(0);
`;
}

/** Blocks stand at their lines, so only the names of the files have to be those of pages. */
function onPages(output) {
  return output
    .replaceAll(`${pathToFileURL(folder).href}/`, "")
    .replace(/(\.md)[/\\]\d+\.tsx?/g, "$1");
}

/**
 * The errors of the compiler, but for the forged one's, and for those in the
 * sources of the library, which are checked elsewhere, and less strictly.
 */
function errorsOf(output) {
  if (!/error/i.test(output)) return [];
  const sources = pathToFileURL(join(root, "/")).href;
  return output.split(/\n\n+/)
    .filter((part) => !/^\s*at (.*)/m.exec(part)?.[1].startsWith(sources))
    .filter((part) => /^\s*(TS\d+|error:)/.test(part))
    .filter((part) => !part.includes(FORGED))
    .filter((part) => !/^error: Type checking failed/.test(part.trim()))
    .map((part) => part.trim());
}
