// What tools make for the library to import: the folder built/, which is not in git.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Writes `built/{name}`, if it is another one than there is. */
export function writeBuilt(name, text) {
  const folder = join(root, "built");
  const path = join(folder, name);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(folder, { recursive: true });
  // It is whole at once: somebody else may be about to read it.
  const next = `${path}.${process.pid}`;
  writeFileSync(next, text);
  renameSync(next, path);
}
