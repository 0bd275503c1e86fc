// Makes the package that npm takes: `npm run pack` writes roam-agents-<version>.tgz.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, setupAloud } from "./setup.mjs";

/** Writes the package into `folder`, and returns its path and its files. Rejects when it can't be made. */
export async function pack(folder = root) {
  await setupAloud();
  // Their packages may have been installed just now.
  const { packageFiles } = await import("./package/files.mjs");
  const { tarball } = await import("./package/tarball.mjs");
  const files = packageFiles();
  const { name, version } = JSON.parse(files.get("package.json"));
  const file = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
  const path = join(folder, file);
  const bytes = tarball(files);
  writeFileSync(path, bytes);
  return { path, file, files, bytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { file, files, bytes } = await pack();
    console.log(`${file}: ${files.size} files, ${bytes.length} bytes`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
