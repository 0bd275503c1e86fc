// Runs test files on Node in this one process, which is much sooner done than
// one process a file.
//
//   node tools/node_files.mjs a.test.ts b.test.ts
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

for (const file of process.argv.slice(2)) {
  await import(pathToFileURL(resolve(file)));
}
