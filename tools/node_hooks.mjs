// What the other runtimes do with the files of this checkout, and Node does
// not by itself: texts as modules, names that only tests have, decorators.
import { readFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "./setup.mjs";

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
    if (!DECORATOR.test(source)) return next(url, context);
    const { transformSync } = require("esbuild");
    const { code } = transformSync(source, { loader: "ts", target: "es2022" });
    return module(code);
  },
});

function module(source) {
  return { source, format: "module", shortCircuit: true };
}
