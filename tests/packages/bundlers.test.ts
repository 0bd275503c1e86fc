import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  end,
  install,
  jsrFiles,
  packed,
  project,
  run,
  serve,
} from "./project.ts";
import { openCounter, starters } from "./starter.ts";

const SERVER = `import { Agent } from "@roam/agents";
import { serveAgents } from "@roam/agents/node";
class Counter extends Agent {
  static callable = ["add"];
  initialState = { count: 0 };
  add(by) {
    this.setState({ count: this.state.count + by });
    return this.state.count;
  }
}
const { port } = await serveAgents({ Counter }, { storage: "memory" })
  .listen({ port: 0, hostname: "127.0.0.1" });
console.log("Listening on " + port);
`;

const CLIENT = `import { AgentClient } from "@roam/agents/client";
export async function count(host) {
  const client = new AgentClient({ agent: "Counter", name: "one", host });
  const sum = await client.stub.add(2);
  const { count } = client.state;
  client.close();
  return [sum, count];
}
`;

/** What React Native has of the web, and what else a program needs to be run. */
const NATIVE = `import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
const [file, host] = process.argv.slice(2);
const context = createContext({
  AbortController, AbortSignal, Blob, TextDecoder, TextEncoder, URL,
  URLSearchParams, WebSocket, clearInterval, clearTimeout, console, fetch,
  setInterval, setTimeout, navigator: { product: "ReactNative" },
});
context.globalThis = context;
const missing = ["EventTarget", "Event", "MessageEvent", "CloseEvent", "document"];
const there = missing.filter((name) => name in context);
if (there.length > 0) throw new Error("The context has " + there);
runInContext(readFileSync(file, "utf8"), context);
console.log(JSON.stringify(await context.bundle.count(host)));
process.exit();
`;

const folder = project({
  "package.json": { private: true, type: "module" },
  "server.mjs": SERVER,
  "client.mjs": CLIENT,
  "native.mjs": NATIVE,
});
await install(
  folder,
  await packed(),
  "esbuild@0.28.2",
  "event-target-shim@6",
  "srvx@1",
  "ws@8",
);
const server = serve(folder, "node", "server.mjs");
const host = await server.until((line) => {
  const port = /^Listening on (\d+)/.exec(line)?.[1];
  return port && `127.0.0.1:${port}`;
}, "its port");

async function bundle(source: string, ...flags: string[]): Promise<string> {
  const entry = join(folder, "entry.mjs");
  const outfile = join(folder, "bundle.js");
  writeFileSync(entry, source);
  const esbuild = join(folder, "node_modules/.bin/esbuild");
  await run(
    folder,
    esbuild,
    entry,
    "--bundle",
    `--outfile=${outfile}`,
    ...flags,
  );
  return outfile;
}

test("esbuild bundles the client for Node, and it calls methods", async () => {
  const source = `import { count } from "./client.mjs";
    console.log(JSON.stringify(await count("${host}")));
    process.exit();`;
  const file = await bundle(source, "--format=esm", "--platform=node");
  assert.deepEqual(JSON.parse(await run(folder, "node", file)), [2, 2]);
});

test("a bundle of the client has nothing of the server", async () => {
  const source = 'export { AgentClient } from "@roam/agents/client";';
  const file = await bundle(source, "--format=esm", "--minify");
  const text = readFileSync(file, "utf8");
  assert.match(text, /cf_agent_state/);
  for (
    const word of [
      "node:",
      "DatabaseSync",
      "getConnectionTags",
      "sendNodeResponse",
    ]
  ) {
    assert.equal(text.includes(word), false, word);
  }
});

test("docs/react_native.md: with its shim the client works where there is no EventTarget, Event and MessageEvent", async () => {
  const docs = new URL("../../docs/react_native.md", import.meta.url);
  const [, shim] = /```js\n([\s\S]*?)```/.exec(readFileSync(docs, "utf8"))!;
  writeFileSync(join(folder, "shim.mjs"), shim);
  const flags = ["--format=iife", "--global-name=bundle", "--target=es2020"];
  const client = 'export { count } from "./client.mjs";';
  const bare = await bundle(client, ...flags);
  await assert.rejects(
    run(folder, "node", "native.mjs", bare, host),
    /EventTarget/,
  );
  const whole = await bundle(`import "./shim.mjs";\n${client}`, ...flags);
  const answer = JSON.parse(
    await run(folder, "node", "native.mjs", whole, host),
  );
  assert.deepEqual(answer, [4, 4]);
});

for (const react of ["19", "18"]) {
  const [{ folder }] = await starters(["react-vite"], {
    react: `^${react}.0.0`,
    "react-dom": `^${react}.0.0`,
    "@types/react": `^${react}.0.0`,
    "@types/react-dom": `^${react}.0.0`,
  });
  await run(folder, "npm", "run", "build");

  test(`React ${react}, built by Vite: there is one React, and two browsers see each other's change`, async () => {
    const list = await run(
      folder,
      "npm",
      "ls",
      "react",
      "--all",
      "--parseable",
    );
    assert.equal(list.trim().split("\n").length, 1, list);
    const { version } = JSON.parse(
      readFileSync(join(folder, "node_modules/react/package.json"), "utf8"),
    );
    assert.equal(version.split(".")[0], react);
    const server = serve(folder, "npm", "start");
    const url = await server.until(
      (line) => /Listening on (\S+)/.exec(line)?.[1],
      "its address",
    );
    const [ada, grace] = await Promise.all([
      openCounter(url),
      openCounter(url),
    ]);
    await ada.shows(0);
    await ada.count();
    await grace.shows(1);
    assert.deepEqual([...ada.problems, ...grace.problems], []);
    await Promise.all([ada.close(), grace.close()]);
    await end(server);
  });
}

test("Deno with React 18: the package brings no other one", async () => {
  const folder = project({
    "deno.json": {
      imports: {
        react: "npm:react@^18",
        "@roam/agents": "jsr:@roam/agents@^0.1.0",
      },
      links: [jsrFiles()],
      nodeModulesDir: "none",
    },
    "main.ts": `import React from "react";
import { useAgent } from "@roam/agents/react";
console.log(React.version, typeof useAgent);
`,
  });
  const said = await run(folder, "deno", "run", "-A", "--no-lock", "main.ts");
  assert.match(said, /^18\.\S+ function\n$/);
  const graph = await run(
    folder,
    "deno",
    "info",
    "--no-lock",
    "--json",
    "main.ts",
  );
  const versions = new Set(graph.match(/"react@[^"]+"/g));
  assert.equal(versions.size, 1, [...versions].join());
});
