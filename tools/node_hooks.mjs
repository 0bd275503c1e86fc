// What the other runtimes do with the files of this checkout, and Node does
// not by itself: texts as modules, names that only tests have, decorators. It
// also keeps what Node makes of TypeScript: without that, each of hundreds of
// servers would spend more time on dropping types than on all else.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import {
  createRequire,
  registerHooks,
  stripTypeScriptTypes,
} from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "./paths.mjs";

/** As deno.json and tsconfig.json have them. */
const NAMES = {
  "@std/assert": "tests/support/std_assert/mod.ts",
  "agents-sdk": "mod.ts",
  "agents-sdk/client": "client.ts",
  "agents-sdk/react": "react.ts",
};
const require = createRequire(import.meta.url);
const TEXT = "?text";
/** At the beginning of a line; Node drops types, and knows no more of TypeScript. */
const DECORATOR = /^ *@\w+\(/m;
const kept = join(root, "tools/node_modules/.cache/node_hooks");
const ours = pathToFileURL(root).href;

registerHooks({
  resolve(name, context, next) {
    if (Object.hasOwn(NAMES, name)) {
      name = pathToFileURL(root + NAMES[name]).href;
    }
    const found = next(name, context);
    if (context.importAttributes?.type !== "text") return found;
    return { ...found, url: found.url + TEXT, importAttributes: {} };
  },
  load(url, context, next) {
    if (url.endsWith(TEXT)) {
      const text = readFileSync(
        fileURLToPath(url.slice(0, -TEXT.length)),
        "utf8",
      );
      return module(`export default ${JSON.stringify(text)};`);
    }
    if (!url.endsWith(".ts")) return next(url, context);
    const source = readFileSync(fileURLToPath(url), "utf8");
    const hasDecorators = DECORATOR.test(source);
    // Node says no to the types of packages.
    if (url.startsWith(ours) && !url.includes("/node_modules/")) {
      return module(keptOf(url, source, hasDecorators));
    }
    return hasDecorators
      ? module(withoutDecorators(source))
      : next(url, context);
  },
});

/** The JavaScript of `source`, as it was made before for just this. */
function keptOf(url, source, hasDecorators) {
  const path = join(kept, `${hash(url)}.js`);
  const end = `\n// ${hash(process.version + source)}\n`;
  try {
    const text = readFileSync(path, "utf8");
    if (text.endsWith(end)) return text;
  } catch {
    // It is made for the first time.
  }
  const script = hasDecorators
    ? withoutDecorators(source)
    : stripTypeScriptTypes(source);
  const text = script + end;
  mkdirSync(kept, { recursive: true });
  // Whole at once: another process may be about to read it.
  const next = `${path}.${process.pid}`;
  writeFileSync(next, text);
  renameSync(next, path);
  return text;
}

function withoutDecorators(source) {
  const { transformSync } = require("esbuild");
  return transformSync(source, { loader: "ts", target: "es2022" }).code;
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}

function module(source) {
  return { source, format: "module", shortCircuit: true };
}
