import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { STARTERS } from "../built/starters.ts";
import { advice } from "./node_problem.ts";
import { runtime } from "./runtime.ts";
import { UserError } from "./user_error.ts";

/** What stands in the files of a starter where the name of the project does. */
const PROJECT = "roam-starter";

/** Makes a project in `folder`, which must be empty or new, out of the starter of this name. */
export function create(folder: string, starter: string): void {
  const path = resolve(folder);
  if (!Object.hasOwn(STARTERS, starter)) {
    const known = Object.keys(STARTERS).join(", ");
    throw new UserError(
      `There is no starter "${starter}": choose one of ${known}`,
    );
  }
  if (existsSync(path) && readdirSync(path).length > 0) {
    throw new UserError(
      `Cannot create ${folder}: there is something in it already`,
    );
  }
  const { files, next } = STARTERS[starter];
  const name = projectName(basename(path));
  for (const [file, text] of Object.entries(files)) {
    const target = join(path, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text.replaceAll(PROJECT, name));
  }
  const place = relative(process.cwd(), path);
  const steps = [...place === "" ? [] : [`cd ${place}`], ...next];
  console.log(
    `Made ${folder} of the starter "${starter}". Next:\n\n${
      steps.map((step) => `  ${step}`).join("\n")
    }\n${
      runtime.name === "node"
        ? advice(process.versions.node, files["package.json"] ?? "")
        : ""
    }`,
  );
}

/** A name that npm and Workers both accept. */
function projectName(folder: string): string {
  const plain = folder.toLowerCase().replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return plain === "" ? "my-agents" : plain.slice(0, 50);
}
