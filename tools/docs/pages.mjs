// The pages of the documentation, in the order in which one reads them.
import { filesIn } from "../files.mjs";

/** The parts of the site's menu, with their pages. */
export const SECTIONS = [
  ["Begin", ["getting_started", "how_it_works"]],
  ["Build", [
    "connections",
    "nothing_lost",
    "state",
    "presence",
    "calls",
    "time",
    "client",
    "reconnecting",
    "react",
    "react_native",
    "frameworks",
    "recipes",
  ]],
  ["Serve", [
    "serving",
    "http",
    "authentication",
    "deploying",
    "cluster",
    "testing",
    "dev_page",
    "metrics",
  ]],
  ["Look up", [
    "troubleshooting",
    "limits",
    "reliability",
    "runtimes",
    "reference",
  ]],
  ["Coming from", [
    "coming_from",
    "migrating",
    "compatibility",
    "compatibility_proofs",
  ]],
];

/** Pages of the root that belong to the documentation too. */
export const ROOT_PAGES = [
  "PROTOCOL.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
];

/** All pages, from the root: README first. Pages of `docs` that no section has come last. */
export function documentPages() {
  const ordered = SECTIONS.flatMap(([, names]) => names)
    .map((name) => `docs/${name}.md`);
  const all = filesIn("docs").filter((path) =>
    path.endsWith(".md") && !path.includes("/built/")
  );
  const known = ordered.filter((path) => all.includes(path));
  const others = all.filter((path) => !ordered.includes(path)).sort();
  return ["README.md", ...known, ...others, ...ROOT_PAGES];
}
