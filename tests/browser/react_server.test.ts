import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PATIENCE_MS } from "../support/patience.ts";
import { bundleForProcess, REACTS } from "../support/browser/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "roam-render-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Renders a page as a server does, and says so if that makes a connection. */
const SOURCE = `
import { version } from "react";
import { renderToString } from "react-dom/server";
import {
  useAgent, useAgentClient, useAgentState, useSuspenseAgent,
} from "../react.ts";

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
function Shared({ use }) {
  const agent = use({ agent: "TestAgent", name: "shared" });
  const n = useAgentState(agent, (state) => state.n, { n: 5 });
  return <b>{\`\${agent.status} \${n}\`}</b>;
}
console.log(version.split(".")[0] + renderToString(<>
  <Page /><Shared use={useAgentClient} /><Shared use={useSuspenseAgent} />
</>));
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
    test(`React ${react} on ${runtime}: hooks render on a server, and connect nowhere`, () => {
      // It also ends: nothing is left that would keep a process.
      const output = execFileSync(command, [...args, file], {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" },
        timeout: PATIENCE_MS,
      });
      const shared = "<b>connecting 5</b>".repeat(2);
      assert.equal(output, `${react}<p>rendered connecting 0</p>${shared}\n`);
    });
  }
}
