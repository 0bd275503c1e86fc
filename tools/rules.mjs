// The rule of the rooms: imports point inwards only, and the core knows web
// standards only.
import { dirname, join } from "node:path/posix";
import { lineAt, scan } from "./source_scan.mjs";

const SERVER = ["src/ports", "src/protocol", "src/agent", "src/host"];

/** What each room may import besides itself; behind "type", for its types only. */
const ROOMS = {
  "src/ports": [],
  "src/protocol": ["type src/ports"],
  "src/agent": ["src/ports", "src/protocol"],
  "src/host": ["src/ports", "src/protocol", "src/agent"],
  "src/client": ["type src/ports", "src/protocol"],
  storage: ["src/ports", "src/protocol"],
  adapters: [...SERVER, "storage"],
  "mod.ts": SERVER,
  "hono.ts": [...SERVER, "adapters", "mod.ts"],
  "client.ts": ["type src/ports", "src/protocol", "src/client"],
  "react.ts": ["type src/ports", "src/protocol", "src/client", "client.ts"],
};

/** The packages that a file may import. No other file of the library imports any. */
const PACKAGES = { "hono.ts": "hono", "react.ts": "react" };

const FOREIGN =
  /(?<![\w$.])(?:globalThis\s*\??\.\s*)?(Deno|Bun|process|Buffer|WebSocketPair|require)\b(?!\s*\??:)/g;

/** `{ line, rule }` for each place where `source`, the file at `path`, breaks the rule. */
export function brokenRules(path, source) {
  const room = roomOf(path);
  if (room === undefined) return [];
  const { code, strings } = scan(source);
  const broken = [];
  for (const { index, text, isType } of imports(code, strings)) {
    const rule = text === undefined
      ? "an import has to name its module in quotes"
      : brokenBy(path, room, text, isType);
    if (rule) broken.push({ line: lineAt(code, index), rule });
  }
  if (room.startsWith("src/")) {
    for (const match of code.matchAll(FOREIGN)) {
      const rule = `${room} touches web standards only, not ${match[1]}`;
      broken.push({ line: lineAt(code, match.index), rule });
    }
  }
  return broken.sort((a, b) => a.line - b.line);
}

/** The same for what has no place in any file: where this machine keeps things, and where packages come from. */
export function forbiddenWords(source) {
  return [...source.matchAll(FORBIDDEN)].map(({ 0: word, index }) => ({
    line: lineAt(source, index),
    rule: `"${word}" belongs to one machine, and has no place in a file`,
  }));
}

const FORBIDDEN =
  /(?<![\w.~-])\/(?:work|root|home\/\w+)\/|\b(?:registry\.(?:[\w-]+\.)+\w+|npmjs\.(?:org|com)|npm\.jsr\.io)\b/g;

function roomOf(path) {
  return Object.keys(ROOMS).find((room) =>
    path === room || path.startsWith(`${room}/`)
  ) ?? (path.startsWith("src/") ? "src" : undefined);
}

function brokenBy(path, room, text, isType) {
  if (room === "src") return "this file is in none of the rooms of src";
  if (!text.startsWith(".")) return brokenByPackage(path, room, text);
  const target = roomOf(join(dirname(path), text));
  if (target === room) return undefined;
  const allowed = ROOMS[room];
  if (allowed.includes(target)) return undefined;
  if (allowed.includes(`type ${target}`)) {
    return isType ? undefined : `${room} may import types only from ${target}`;
  }
  return `${room} may not import ${target ?? `"${text}"`}`;
}

function brokenByPackage(path, room, text) {
  const isBuiltIn = /^(node|bun|cloudflare):/.test(text);
  if (isBuiltIn && (room === "storage" || room === "adapters")) {
    return undefined;
  }
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(text)?.[0];
  if (PACKAGES[path] !== undefined && PACKAGES[path] === name) return undefined;
  return `${path} may not import "${text}"`;
}

/** Every import and re-export in `code`; `text` is undefined when it is computed. */
function* imports(code, strings) {
  const statements =
    /(?<![\w$.])(import|export)\b\s*(?:(type\b(?!\s*,|\s+from\b))?\s*([\w$*\s,{}]*?)\s*\bfrom\s*)?"(\d+)"/g;
  for (const match of code.matchAll(statements)) {
    const [, keyword, type, names = "", number] = match;
    if (keyword === "export" && !match[0].includes("from")) continue;
    const isType = type !== undefined || allTypes(names);
    yield { index: match.index, text: strings[number], isType };
  }
  for (const match of code.matchAll(/(?<![\w$.])import\s*\(\s*("(\d+)")?/g)) {
    yield { index: match.index, text: strings[match[2]], isType: false };
  }
}

function allTypes(names) {
  const inner = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  if (inner === undefined) return false;
  const each = inner.split(",").map((name) => name.trim()).filter(Boolean);
  return each.length > 0 && each.every((name) => /^type\s/.test(name));
}
