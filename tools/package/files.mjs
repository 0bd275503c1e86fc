// What is in the package: its files by their paths, in the order in which they are packed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { documentPages } from "../docs/pages.mjs";
import { root } from "../setup.mjs";
import { declarationsOf } from "./declarations.mjs";
import { llmsFullText, llmsText } from "./llms.mjs";
import { publishedManifest } from "./manifest.mjs";
import { importsOf, moduleOf } from "./modules.mjs";

/** What no import leads to: what the command starts in a process of its own, and what is loaded when somebody opens the development page. */
const STARTED = ["cli/child.ts", "dev/dev.ts"];

/** @returns {Map<string, string>} the texts of all files, by their paths in the package. */
export function packageFiles() {
  const manifest = JSON.parse(read("package.json"));
  const entries = [
    ...Object.values(manifest.exports),
    ...Object.values(manifest.bin ?? {}),
  ].map((entry) => entry.replace("./", ""));
  const declarations = declarationsOf(
    entries,
    read("tools/package/web_types.d.ts"),
  );
  const files = new Map([["package.json", json(publishedManifest(manifest))]]);
  // What is written alike stands side by side, and is compressed well: code, rooms, declarations.
  // Adapters use the words of all rooms of src.
  const sources = byPath(sourcesOf([...entries, ...STARTED]));
  const isAdapter = ([path]) => path.startsWith("adapters/");
  const modules = [
    ...sources.filter((source) => !isAdapter(source)),
    ...sources.filter(isAdapter),
  ].map((
    [path, source],
  ) => [`dist/${path.replace(/\.ts$/, "")}.js`, moduleOf(path, source)]);
  const imported = new Set(
    modules.flatMap(([path, code]) => importsOf(path, code)),
  );
  for (const [path, code] of modules) {
    // What has types only is declared, and loaded by nobody.
    if (code.trim() !== "" || imported.has(path)) files.set(path, code);
  }
  for (const [name, text] of byPath(declarations)) files.set(name, text);
  for (const [name, text] of documentation()) files.set(name, text);
  return files;
}

function byPath(files) {
  return [...files].sort(([one], [other]) => one < other ? -1 : 1);
}

/** What belongs to the documentation, and does not count for the size. */
export function documentation() {
  const pages = documentPages().map((path) => [path, read(path)]);
  return new Map([
    ...pages,
    ["LICENSE", read("LICENSE")],
    ["llms.txt", llmsText(pages)],
    ["llms-full.txt", llmsFullText(pages)],
  ]);
}

/** All files that `entries` lead to, sorted, so that a room stays together. */
function sourcesOf(entries) {
  const found = new Map();
  const visit = (path) => {
    if (found.has(path)) return;
    const source = read(path);
    found.set(path, source);
    importsOf(path, source).forEach(visit);
  };
  entries.forEach(visit);
  return [...found].sort(([a], [b]) => a < b ? -1 : 1);
}

function read(path) {
  return readFileSync(join(root, path), "utf8");
}

function json(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
