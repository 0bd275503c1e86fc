// Finds files that import each other in a circle.
import { dirname, join } from "node:path/posix";
import { importsOf } from "./source_imports.mjs";
import { scan } from "./source_scan.mjs";

/** What an import may leave out. */
const ENDINGS = ["", ".ts", ".tsx", ".mjs", ".js", "/index.ts", "/index.js"];

/**
 * The circles among `sources`, a map of texts by path: each a list of paths of
 * which every one imports the next, and the last is the first. Imports of
 * types count. From files that are tangled in more than one circle comes the
 * shortest. `names` has the paths of imports that are no paths.
 */
export function findCircles(sources, names = {}) {
  const graph = new Map();
  for (const [path, source] of sources) {
    graph.set(path, targetsOf(path, source, sources, names));
  }
  return tangles(graph).map((tangle) => shortestCircle(tangle, graph));
}

function targetsOf(path, source, sources, names) {
  const { code, strings } = scan(source);
  const targets = new Set();
  for (const { text } of importsOf(code, strings)) {
    const base = text?.startsWith(".")
      ? join(dirname(path), text)
      : Object.hasOwn(names, text)
      ? join(names[text])
      : undefined;
    if (base === undefined) continue;
    const ending = ENDINGS.find((ending) => sources.has(base + ending));
    if (ending !== undefined) targets.add(base + ending);
  }
  return targets;
}

/** Groups of files each of which reaches all the others (Tarjan's strongly connected components), and files that import themselves. */
function tangles(graph) {
  const found = [];
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const isOpen = new Set();
  for (const path of graph.keys()) if (!order.has(path)) visit(path);
  return found;

  function visit(path) {
    order.set(path, order.size);
    lowest.set(path, order.get(path));
    open.push(path);
    isOpen.add(path);
    for (const target of graph.get(path)) {
      if (!order.has(target)) visit(target);
      if (!isOpen.has(target)) continue;
      lowest.set(path, Math.min(lowest.get(path), lowest.get(target)));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const group = open.splice(open.indexOf(path));
    for (const member of group) isOpen.delete(member);
    if (group.length > 1 || graph.get(path).has(path)) found.push(group);
  }
}

function shortestCircle(tangle, graph) {
  const members = new Set(tangle);
  let best;
  for (const start of [...tangle].sort()) {
    const circle = wayBack(start, members, graph);
    if (best === undefined || circle.length < best.length) best = circle;
  }
  return best;
}

/** The shortest way from `start` to itself. */
function wayBack(start, members, graph) {
  const ways = [[start]];
  const seen = new Set();
  for (const way of ways) {
    for (const target of graph.get(way.at(-1))) {
      if (target === start) return [...way, start];
      if (!members.has(target) || seen.has(target)) continue;
      seen.add(target);
      ways.push([...way, target]);
    }
  }
}
