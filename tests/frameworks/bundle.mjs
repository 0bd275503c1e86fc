// Bundles for a page what is compiled by the compilers of frameworks, and prints it.
import { transformAsync } from "@babel/core";
import compiler from "babel-plugin-react-compiler";
import solidPreset from "babel-preset-solid";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";
import { build } from "../../tools/node_modules/esbuild/lib/main.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** What Babel does to the files that `filter` chooses; esbuild does the rest. */
function babel(filter, options) {
  return {
    name: "babel",
    setup({ onLoad }) {
      onLoad({ filter }, async ({ path }) => {
        const { code } = await transformAsync(readFileSync(path, "utf8"), {
          filename: path,
          babelrc: false,
          configFile: false,
          parserOpts: { plugins: ["typescript", "jsx"] },
          ...options,
        });
        return { contents: code, loader: "tsx" };
      });
    },
  };
}

/** React Compiler, as strict as it gets: a component that it can't compile is an error. */
const reactCompiler = babel(/examples\/[^/]+\/page\/.*\.tsx?$/, {
  plugins: [[compiler, {
    target: "19",
    panicThreshold: "all_errors",
  }]],
});

const solid = babel(/solid\.jsx$/, { presets: [solidPreset] });

const svelte = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const { js } = compile(source, { filename: path, css: "injected" });
      return { contents: js.code, loader: "js" };
    });
  },
};

const vue = {
  name: "vue",
  setup({ onLoad }) {
    onLoad({ filter: /\.vue$/ }, ({ path }) => {
      const { descriptor } = parse(readFileSync(path, "utf8"));
      const options = { id: "counter", inlineTemplate: true };
      return { contents: compileScript(descriptor, options).content };
    });
  },
};

const [entry] = process.argv.slice(2);
const ours = (file) =>
  join(
    root,
    entry.startsWith("examples/") ? file : "tests/frameworks/agents_host.js",
  );
const { outputFiles } = await build({
  entryPoints: [entry],
  absWorkingDir: root,
  // What is bundled may stand somewhere else.
  nodePaths: [join(here, "node_modules"), join(root, "node_modules")],
  alias: {
    "@roam/agents/client": ours("client.ts"),
    "@roam/agents/react": ours("react.ts"),
  },
  plugins: [reactCompiler, solid, svelte, vue],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  conditions: ["browser"],
  define: {
    "process.env.NODE_ENV": '"production"',
    __VUE_PROD_DEVTOOLS__: "false",
  },
  logLevel: "warning",
});
process.stdout.write(outputFiles[0].text);
