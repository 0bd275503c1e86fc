// The files of the checkout.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./paths.mjs";

/** What is in git, or will be: paths from the root. */
export function committedFiles() {
  const args = ["ls-files", "-co", "--exclude-standard", "-z"];
  const options = { cwd: root, encoding: "utf8", stdio: "pipe" };
  let names;
  try {
    names = execFileSync("git", args, options).split("\0");
  } catch {
    // An unpacked archive.
    return filesIn(".");
  }
  return names.filter((name) => name !== "" && existsSync(join(root, name)));
}

/** The files in `folder` of the checkout and below it, as paths from the root; none where there is no such folder. */
export function filesIn(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const name = relative(root, join(path, entry.name));
    if (/^(node_modules|\.git|\.agents|\.cache)$/.test(entry.name)) return [];
    if (entry.isDirectory()) return filesIn(name);
    return entry.isFile() ? [name] : [];
  });
}
