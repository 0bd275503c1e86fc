// The rule of the rooms: imports point inwards only, and the core knows web
// standards only.
import { dirname, join } from "node:path/posix";
import { importsOf } from "./source_imports.mjs";
import { lineAt, scan } from "./source_scan.mjs";

const GROUND = ["src/ports", "src/protocol"];
/** What one instance is made of, floor upon floor. */
const INSTANCE = [
  ["src/runtime"],
  ["src/connections", "src/durability"],
  ["src/state", "src/calls", "src/presence", "src/schedules", "src/log"],
  ["src/agent"],
];
const SERVER = [...GROUND, ...INSTANCE.flat(), "src/host"];

/** What each room may import besides itself; behind "type", for its types only. */
const ROOMS = {
  "src/ports": [],
  "src/protocol": ["type src/ports"],
  ...Object.fromEntries(
    INSTANCE.flatMap((rooms, floor) => {
      const below = [...GROUND, ...INSTANCE.slice(0, floor).flat()];
      return rooms.map((room) => [room, below]);
    }),
  ),
  "src/host": [...GROUND, ...INSTANCE.flat()],
  "src/client": ["type src/ports", "src/protocol"],
  // What Deno, Bun and Node have alike, and Workers do not.
  platform: [],
  storage: [...GROUND, "platform"],
  // Several processes.
  cluster: [...SERVER, "storage", "platform"],
  adapters: [...SERVER, "platform", "storage"],
  // Plays both ends.
  testing: [...SERVER, "src/client", "adapters"],
  "testing.ts": ["testing", "adapters"],
  // Runs in a browser.
  "dev/page": ["type dev"],
  dev: [...SERVER, "built"],
  metrics: ["type src/runtime"],
  "metrics.ts": ["metrics"],
  "postgres.ts": ["cluster"],
  "opentelemetry.ts": ["metrics"],
  "mod.ts": SERVER,
  "hono.ts": [...SERVER, "adapters", "mod.ts"],
  "browser.ts": ["src/host", "built"],
  "cloudflare_workers.ts": ["adapters"],
  "cloudflare_workers_register.ts": ["cloudflare_workers.ts"],
  "cli.ts": ["cli"],
  cli: ["built", "cloudflare_workers_register.ts"],
  built: [],
  "client.ts": ["type src/ports", "src/protocol", "src/client"],
  "react.ts": ["type src/ports", "src/protocol", "src/client", "client.ts"],
};

/** The packages that a file may import. No other file of the library imports any. */
const PACKAGES = {
  "cluster/postgres.ts": ["postgres"],
  "adapters/node.ts": ["srvx", "ws"],
  "hono.ts": ["hono"],
  ...Object.fromEntries(
    ["telemetry", "measures", "spans"].map((name) => [
      `metrics/${name}.ts`,
      ["@opentelemetry/api"],
    ]),
  ),
  "react.ts": ["react"],
};

/** The file that a command was told, and what no bundler is to take in. */
const COMPUTED = new Set(["adapters/dev_page.ts"]);

/** The rooms that may import what a runtime has built in. */
const BUILT_INS = new Set([
  "storage",
  "cluster",
  "adapters",
  "cli",
  "cli.ts",
  "cloudflare_workers_register.ts",
]);

const FOREIGN =
  /(?<![\w$.])(?:globalThis\s*\??\.\s*)?(Deno|Bun|process|Buffer|WebSocketPair|require)\b(?!\s*\??:)/g;

/** `{ line, rule }` for each place where `source`, the file at `path`, breaks the rule. */
export function brokenRules(path, source) {
  const room = roomOf(path);
  if (room === undefined) return [];
  const { code, strings } = scan(source);
  const broken = [];
  for (const { index, text, isType } of importsOf(code, strings)) {
    const isMeant = room === "cli" || COMPUTED.has(path);
    if (text === undefined && isMeant) continue;
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
  if (isBuiltIn && (BUILT_INS.has(room))) {
    return undefined;
  }
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(text)?.[0];
  if (PACKAGES[path]?.includes(name)) return undefined;
  return `${path} may not import "${text}"`;
}
