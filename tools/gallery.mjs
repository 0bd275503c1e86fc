// What the gallery imports: all examples, their classes, and their sources.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "./files.mjs";
import { root } from "./setup.mjs";

const NOTE = "// Made by tools/gallery.mjs.\n";

/**
 * Files of `built`, by their names, for `examples` as tools/examples.mjs has
 * them. Workers have no file system, and know only what they import.
 */
export function galleryFiles(examples) {
  const served = Object.entries(examples).filter(([, { isAlone }]) => !isAlone);
  const imports = served.map(([name]) =>
    `import * as ${name} from "../../${name}/app.ts";\n`
  ).join("");
  const classes = served.flatMap(([name, { agents }]) =>
    agents.map((agent) =>
      `export const ${agent} = durable(${name}.agents.${agent});\n`
    )
  ).join("");
  const entries = Object.entries(examples).map(([name, example]) => {
    const { title, shows, attempt, isAlone } = example;
    const about = { name, title, shows, attempt, files: sourcesOf(name) };
    const app = isAlone ? "undefined" : name;
    return `  { ...${JSON.stringify(about)}, app: ${app} },\n`;
  }).join("");
  return {
    "agents.ts": NOTE +
      `import { durable } from "@roam/agents/auto";\n${imports}${classes}`,
    "examples.ts": NOTE +
      `import type { Shown } from "../shown.ts";\n${imports}` +
      `export const examples: readonly Shown[] = [\n${entries}];\n`,
  };
}

/** The files of an example, and those that it shares with others: the agent first, style sheets last. */
function sourcesOf(name) {
  const own = filesIn(`examples/${name}`);
  const files = [...own, ...filesIn("examples/shared")]
    .map((path) => path.slice("examples/".length))
    .filter((path) =>
      !path.includes("/built/") && !path.startsWith("shared/example_app") &&
      /\.(ts|tsx|js|html|css)$/.test(path)
    );
  const rank = ({ path, text }) =>
    8 * path.startsWith("shared/") + 4 * path.endsWith(".css") +
    2 * path.includes("/page/") + !/ extends Agent\b/.test(text);
  return files.map((path) => ({
    path,
    text: readFileSync(join(root, "examples", path), "utf8"),
  })).sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}
