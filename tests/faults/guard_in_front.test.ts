import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { RawClient } from "../support/clients/raw_client.ts";
import { freePort } from "../support/cluster/free_port.ts";
import { spell, spellings } from "../support/network/spellings.ts";
import { behaviour, type Suite, suite } from "../support/suite.ts";
import { ServerProcess } from "../targets/target.ts";
import type { Runtime } from "../targets/targets.ts";

const nginx = [process.env.ROAM_NGINX ?? "nginx", "/usr/sbin/nginx"]
  .find((path) => spawnSync(path, ["-v"]).status === 0);
const none = "there is no nginx on this machine";
const skips: Partial<Record<Runtime, string>> = nginx === undefined
  ? { deno: none, bun: none, workerd: none, node: none }
  : {};

/** An nginx in front of `server` that refuses the paths of one agent. */
async function guard(server: Suite): Promise<{ host: string; stop(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "roam-nginx-"));
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((what) => `${what}_temp_path ${folder}/${what};`).join("\n");
  writeFileSync(
    file,
    `daemon off; pid ${folder}/pid; error_log stderr notice;
events {}
http {
  access_log off;
  ${temporary}
  server {
    listen 127.0.0.1:${port};
    location /agents/a-i-assistant/ { return 401; }
    location / {
      proxy_pass http://${server.server.host};
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
    }
  }
}
`,
  );
  const child = new ServerProcess(nginx!, ["-c", file, "-p", folder]);
  await child.until(
    (line) => line.includes("start worker process ") || undefined,
    "that nginx has started",
  );
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      await child.stop("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What leads nginx and a server to different agents, if one of them is careless. */
const twoWays = [
  "/agents/a-i-assistant/NAME/../../echo-agent/x",
  "/agents/a-i-assistant/NAME/%2e%2e/%2e%2e/echo-agent/x",
  "/agents/a-i-assistant/NAME%2f..%2f..%2fecho-agent%2fx",
  "/agents/a-i-assistant/NAME%2F..%2F..%2Fecho-agent%2Fx",
  "/agents/a-i-assistant/%2e%2e%2fecho-agent/NAME",
  "/agents/echo-agent/x%2f..%2f..%2fa-i-assistant%2fNAME",
  "/agents/a-i-assistant%2fNAME",
  "/agents/a-i-assistant;/NAME",
  "/agents/A-I-Assistant/NAME",
  "http://127.0.0.1/agents/a-i-assistant/NAME",
];

const all = ["/agents/a-i-assistant/NAME", ...twoWays].concat(
  spellings.map(({ path }) => path),
);
const isBackslashed = (path: string) => path.includes("\\");
const groups: [how: string, paths: string[], skips: typeof skips][] = [
  ["spelling", all.filter((path) => !isBackslashed(path)), skips],
  // nginx takes a backslash for a letter like others.
  ["backslashes", all.filter(isBackslashed), {
    ...skips,
    bun: "Bun reads a backslash in a path as a slash",
  }],
];

for (const [how, paths, skips] of groups) {
  behaviour(
    `a guard by path of an nginx in front can't be walked around by ${how}`,
    async () => {
      const server = await suite();
      const front = await guard(server);
      after(() => front.stop());
      const ask = async (path: string, upgrade: boolean) => {
        const headers = upgrade
          ? {}
          : { Upgrade: undefined, Connection: "close" };
        const raw = await RawClient.open(front.host, path, headers);
        raw.destroy();
        return raw.status;
      };
      for (const upgrade of [false, true]) {
        assert.equal(
          await ask("/agents/echo-agent/open", upgrade),
          upgrade ? 101 : 404,
          "what is not guarded passes",
        );
        for (const path of paths) await ask(spell(path, "nx"), upgrade);
      }
      await server.event({ type: "started", agent: "EchoAgent", name: "open" });
      const reached = { type: "started", agent: "AIAssistant" };
      assert.equal(server.events(reached), 0);
    },
    skips,
  );
}
