import assert from "node:assert/strict";
import { AgentClient } from "../../client.ts";
import type { ClusterHealth } from "../../src/ports/cluster.ts";
import { missing, startPostgres } from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";
import { type Runtime, type Server, start } from "../targets/targets.ts";

const { Deno, Bun } = globalThis as { Deno?: unknown; Bun?: unknown };
const runtime: Runtime = Deno !== undefined
  ? "deno"
  : Bun !== undefined
  ? "bun"
  : "node";
const NAMES = Array.from({ length: 12 }, (_, at) => `counter ${at}`);

interface Added {
  readonly count: number;
  readonly pid: number;
}

test(
  "processes with one database are one: an instance counts on wherever it is called, after kill -9 and after a deploy",
  {
    skip: missing,
  },
  async () => {
    const database = await startPostgres({ durable: true });
    const serve = () =>
      start(runtime, {
        entry: "tests/fixtures/cluster_server.ts",
        objects: {},
        env: { ROAM_DATABASE: database.url },
      });
    const servers: Server[] = [];
    try {
      servers.push(await serve());
      await owns(servers[0], 256);
      servers.push(await serve());
      await Promise.all(servers.map((server) => owns(server, 128)));
      // Each is asked by way of both.
      const pids = new Map<string, number>();
      for (const [at, server] of [...servers, ...servers].entries()) {
        for (const name of NAMES) {
          const { count, pid } = await add(server, name);
          assert.equal(count, at + 1);
          assert.equal(pid, pids.get(name) ?? pid);
          pids.set(name, pid);
        }
      }
      assert.equal(new Set(pids.values()).size, 2);
      await servers.pop()!.stop("SIGKILL");
      for (const name of NAMES) {
        assert.equal((await add(servers[0], name)).count, 5);
      }
      servers.push(await serve());
      await owns(servers[1], 128);
      await servers.shift()!.stop("SIGTERM");
      for (const name of NAMES) {
        assert.equal((await add(servers[0], name)).count, 6);
      }
    } finally {
      for (const server of servers) await server.stop();
      await database.stop();
    }
  },
);

test("what a process was to do later is done by another one when it is gone", {
  skip: missing,
}, async () => {
  const database = await startPostgres({ durable: true });
  const servers: Server[] = [];
  try {
    for (let at = 0; at < 2; at++) {
      servers.push(
        await start(runtime, {
          entry: "tests/fixtures/cluster_server.ts",
          objects: {},
          env: { ROAM_DATABASE: database.url },
        }),
      );
      // Two that begin at the same time may be content with other shares.
      if (at === 0) await owns(servers[0], 256);
    }
    await Promise.all(servers.map((server) => owns(server, 128)));
    const [kept, killed] = servers;
    const pids = new Set<unknown>();
    for (const name of NAMES) {
      pids.add(await call(kept, name, "ringIn", [2]));
    }
    assert.equal(pids.size, 2);
    await killed.stop("SIGKILL");
    servers.pop();
    // Nobody asks for them meanwhile.
    for (const name of NAMES) {
      const rang = `@@["rang","${name}"]`;
      // On a slow machine it was time before the end.
      if (killed.process.lines.includes(rang)) continue;
      await kept.process.until(
        (line) => line === rang || undefined,
        `that ${name} rang`,
      );
    }
  } finally {
    for (const server of servers) await server.stop();
    await database.stop();
  }
});

async function call(
  { host }: Server,
  name: string,
  method: string,
  args: unknown[] = [],
): Promise<unknown> {
  const client = new AgentClient({ agent: "CounterAgent", name, host });
  try {
    return await client.call(method, args);
  } finally {
    client.close();
  }
}

async function add(server: Server, name: string): Promise<Added> {
  return await call(server, name, "add") as Added;
}

async function owns({ host }: Server, count: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://${host}/agents/_health`);
    const { shards } = await response.json() as ClusterHealth;
    if (response.ok && shards.owned === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
