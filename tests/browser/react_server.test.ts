import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { bundleForProcess, REACTS } from "../support/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "roam-render-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Renders a page as a server does, and says so if that makes a connection. */
const SOURCE = `
import { version } from "react";
import { renderToString } from "react-dom/server";
import { useAgent, useAgentState } from "../react.ts";

globalThis.WebSocket = class {
  constructor(url) { console.log("a socket to " + url); }
};
globalThis.fetch = (url) => console.log("a request to " + url);

function Page() {
  const agent = useAgent({
    agent: "TestAgent",
    name: "rendered",
    query: () => console.log("a query"),
  });
  const n = useAgentState(agent, (state) => state?.n ?? 0);
  return <p>{\`\${agent.name} \${agent.status} \${n}\`}</p>;
}
console.log(version.split(".")[0] + renderToString(<Page />));
`;

const RUNTIMES: [command: string, ...args: string[]][] = [
  ["node"],
  ["tools/node_modules/.bin/deno", "run", "-A", "--no-lock"],
  ["tools/node_modules/.bin/bun", "run"],
];

for (const react of REACTS) {
  const file = join(folder, `react-${react}.cjs`);
  writeFileSync(file, bundleForProcess(SOURCE, { react }));
  for (const [command, ...args] of RUNTIMES) {
    const runtime = command.split("/").at(-1);
    test(`React ${react} on ${runtime}: useAgent() renders on a server, and connects nowhere`, () => {
      // It also ends: nothing is left that would keep a process.
      const output = execFileSync(command, [...args, file], {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" },
        timeout: 30_000,
      });
      assert.equal(output, `${react}<p>rendered closed 0</p>\n`);
    });
  }
}
