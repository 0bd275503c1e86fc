// Makes the site of the documentation, with a search: `npm run docs`. It is in
// tools/site/built/dist, and needs no server of its own kind.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { documentPages, SECTIONS } from "./docs/pages.mjs";
import { sitePage, sitePath } from "./docs/site_pages.mjs";
import { llmsFullText, llmsText } from "./package/llms.mjs";
import { root, setupAloud, setupFolder } from "./setup.mjs";

const site = join(root, "tools/site");
const source = join(site, "built/source");
const result = join(site, "built/dist");

await setupAloud();
await setupFolder(site);
rmSync(join(site, "built"), { recursive: true, force: true });
const paths = documentPages();
const pages = paths.map((path) => [
  path,
  readFileSync(join(root, path), "utf8"),
]);
for (const [path, text] of pages) {
  write(sitePath(path), sitePage(path, text, paths));
}
cpSync(join(root, "docs/images"), join(source, "images"), { recursive: true });
const onSite = pages.map(([path, text]) => [sitePath(path), text]);
write("public/llms.txt", llmsText(onSite));
write("public/llms-full.txt", llmsFullText(pages));
write("sections.json", JSON.stringify(menu()));

const { status, error } = spawnSync(process.execPath, [
  join(site, "node_modules/vitepress/bin/vitepress.js"),
  "build",
  site,
], { cwd: site, stdio: "inherit" });
if (error !== undefined) throw error;
// llms.txt leads to what the pages were made of.
if (status === 0) {
  for (const [path] of onSite) cpSync(join(source, path), join(result, path));
  console.log(`The site: ${result}`);
}
process.exitCode = status;

function write(path, text) {
  const file = join(source, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The menu: sections with the titles of their pages. */
function menu() {
  const titles = new Map(
    pages.map(([path, text]) => [path, /^# (.+)$/m.exec(text)?.[1] ?? path]),
  );
  const item = (path) => ({
    text: titles.get(path),
    link: `/${sitePath(path).replace(/\.md$/, "")}`,
  });
  const inSections = SECTIONS.flatMap(([, names]) =>
    names.map((name) => `docs/${name}.md`)
  );
  const sections = SECTIONS.map(([text, names]) => ({
    text,
    items: names.map((name) => `docs/${name}.md`)
      .filter((path) => titles.has(path)).map(item),
  }));
  const others = paths.filter((path) =>
    path !== "README.md" && !inSections.includes(path)
  );
  return [...sections, { text: "More", items: others.map(item) }];
}
