import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { install, packed, project, run } from "./project.ts";

/** Versions of TypeScript, the oldest and the newest and what changed much in between. */
const VERSIONS = ["5.4.5", "5.9.3", "6.0.3", "7.0.2"];

/** What a project may know of the web. */
const LIBRARIES: Record<string, object> = {
  "ES2022 alone": { lib: ["ES2022"], types: [] },
  "the DOM": { lib: ["ES2022", "DOM", "DOM.Iterable"], types: [] },
  "Cloudflare's types": {
    lib: ["ES2022"],
    types: ["@cloudflare/workers-types"],
  },
  "Node's types": { lib: ["ES2022"], types: ["node"] },
};

const RESOLUTIONS: Record<string, object> = {
  nodenext: { module: "NodeNext", moduleResolution: "NodeNext" },
  bundler: { module: "ESNext", moduleResolution: "Bundler" },
};

/** Every entry, and what a project does with each. */
const SOURCE =
  `import { Agent, callable, type Connection, type WSMessage } from "@roam/agents";
import { AgentClient, agentFetch } from "@roam/agents/client";
import { useAgent, useAgentState } from "@roam/agents/react";
import { agentsMiddleware } from "@roam/agents/hono";
import { browserClient } from "@roam/agents/browser";
import * as auto from "@roam/agents/auto";
import * as bun from "@roam/agents/bun";
import * as deno from "@roam/agents/deno";
import * as node from "@roam/agents/node";
import * as workers from "@roam/agents/workers";
import { createMetrics } from "@roam/agents/metrics";
import { createTelemetry, type Telemetry } from "@roam/agents/opentelemetry";
import "@roam/agents/testing";

export interface State {
  count: number;
  note?: string;
}

export class Counter extends Agent<unknown, State> {
  static callable: string[] = ["add"];
  override initialState: State = { count: 0 };

  add(by: number): number {
    this.setState({ ...this.state, count: this.state.count + by });
    return this.state.count;
  }

  override onMessage(connection: Connection, message: WSMessage): void {
    if (typeof message === "string") connection.send(message);
  }
}

export const counter: AgentClient<Counter> = new AgentClient<Counter>({
  agent: "Counter",
  name: "one",
});
export const sum: Promise<number> = counter.stub.add(1);
// @ts-expect-error -- by is a number
counter.stub.add("1");
counter.onmessage = ({ data }): void => {
  const text: string = data;
  void text;
};
export const served: node.NodeEntry = node.serveAgents({ Counter }, {
  client: browserClient,
  onEvent: createMetrics().onEvent,
});
export const telemetry: Telemetry = createTelemetry();
export const observed: node.NodeEntry = node.serveAgents({ Counter }, telemetry);
export const doors: readonly unknown[] = [
  agentFetch,
  agentsMiddleware,
  auto.serveAgents,
  bun.serveAgents,
  callable,
  deno.serveAgents,
  useAgent,
  useAgentState,
  workers.durable(Counter),
];
`;

const folder = project({
  "package.json": { private: true, type: "module" },
  "main.ts": SOURCE,
});
await install(
  folder,
  await packed(),
  "@cloudflare/workers-types@5",
  "@types/node@24",
  ...VERSIONS.map((version) => `ts-${version}@npm:typescript@${version}`),
);

for (const version of VERSIONS) {
  for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
    test(`TypeScript ${version}, ${name}, finds the types right, whatever a project knows of the web`, async () => {
      for (const [about, library] of Object.entries(LIBRARIES)) {
        const config = `tsconfig-${version}-${name}-${about}.json`
          .replace(/[^\w.-]/g, "-");
        const compilerOptions = {
          target: "ES2022",
          ...library,
          ...resolution,
          ...optionsOf(version),
          strict: true,
          noEmit: true,
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          noImplicitOverride: true,
          noUncheckedIndexedAccess: true,
          verbatimModuleSyntax: true,
        };
        writeFileSync(
          join(folder, config),
          JSON.stringify({ compilerOptions, files: ["main.ts"] }),
        );
        await run(folder, "node", compilerOf(version), "--project", config);
      }
    });
  }
}

/** What a version knows of what a project may ask of its own sources. */
function optionsOf(version: string): object {
  const [major, minor] = version.split(".").map(Number);
  const since = (wanted: number) => major > 5 || minor >= wanted;
  return {
    ...since(5) && { isolatedDeclarations: true, declaration: true },
    ...since(8) && { erasableSyntaxOnly: true },
  };
}

function compilerOf(version: string): string {
  const place = join(folder, `node_modules/ts-${version}`);
  const { bin } = JSON.parse(
    readFileSync(join(place, "package.json"), "utf8"),
  );
  return join(place, bin.tsc);
}
