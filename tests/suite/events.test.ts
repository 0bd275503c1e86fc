import assert from "node:assert/strict";
import { Caller } from "../support/clients/caller.ts";
import { behaviour, suite } from "../support/suite.ts";

const oneProcess = { hop: "the figures are those of one process" };

const server = await suite("", "tests/fixtures/events_server.ts", [
  "CountedAgent",
  "SerialAgent",
]);
const agent = "CountedAgent";
const path = (name: string) => `/agents/counted-agent/${name}`;

/** The value of the series that begins so; 0 where there is none. */
async function figure(series: string): Promise<number> {
  const response = await server.fetch("/metrics");
  assert.match(response.headers.get("content-type")!, /^text\/plain; version=/);
  const line = (await response.text()).split("\n").find((line) =>
    line.startsWith(`${series} `)
  );
  return Number(line?.slice(series.length + 1) ?? 0);
}

/** How much the series grows while `run` runs. */
async function growth(
  series: string,
  run: () => Promise<unknown>,
): Promise<number> {
  const before = await figure(series);
  await run();
  return await figure(series) - before;
}

for (const kind of ["counted-agent", "serial-agent"]) {
  behaviour(
    `onEvent is told of each message: its size, its time, whether it failed (${kind})`,
    async () => {
      const name = server.name();
      const client = await server.open(`/agents/${kind}/${name}`);
      for (const message of ["quick", "wait", "throw"]) client.send(message);
      const type = "message";
      const quick = await server.event({ type, name, bytes: 5, failed: false });
      const wait = await server.event({ type, name, bytes: 4, failed: false });
      await server.event({ type, name, bytes: 5, failed: true });
      assert.ok(Number(wait.ms) >= 15, `${wait.ms}`);
      assert.ok(Number(quick.ms) >= 0, `${quick.ms}`);
      assert.equal(server.events({ type, name }), 3);
      await client.close();
    },
  );
}

behaviour(
  "onEvent is told of each call: its method, its time, its code",
  async () => {
    const name = server.name();
    const caller = await Caller.open(server, path(name));
    for (const method of ["add", "later", "sell", "none"]) {
      await caller.call(method, [1, 2]).catch(() => {});
    }
    const type = "call";
    const add = await server.event({ type, name, method: "add" });
    assert.equal("code" in add, false);
    const later = await server.event({ type, name, method: "later" });
    assert.ok(Number(later.ms) >= 15, `${later.ms}`);
    await server.event({ type, name, method: "sell", code: "SOLD_OUT" });
    const none = await server.event({ type, name, code: "NOT_FOUND" });
    assert.equal("method" in none, false);
    assert.equal(server.events({ type, name }), 4);
    await caller.close();
  },
);

behaviour("onEvent is told of each change of the state", async () => {
  const name = server.name();
  const client = await server.open(path(name));
  const write = (text: string) =>
    client.send(JSON.stringify({ type: "cf_agent_state", state: { text } }));
  write("good");
  write("bad");
  const source = "client";
  const type = "state";
  await server.event({ type, name, source, bytes: '{"text":"good"}'.length });
  await server.event({ type, name, source, code: "REJECTED" });
  await client.close();
});

behaviour(
  "onEvent is told of each commit",
  async () => {
    const commits = await growth(
      "roam_storage_commit_duration_seconds_count",
      async () => {
        const caller = await Caller.open(server, path(server.name()));
        caller.client.send(
          JSON.stringify({ type: "cf_agent_state", state: { text: "x" } }),
        );
        await caller.call("add", [1, 2]);
        await server.event({ type: "commit", instances: 1 });
        await caller.close();
      },
    );
    assert.ok(commits >= 1);
  },
  { workerd: "the platform stores by itself", ...oneProcess },
);

behaviour("onEvent is told of each request, and of how it ended", async () => {
  const name = server.name();
  const response = await server.fetch(path(name));
  await response.body?.cancel();
  const event = await server.event({ type: "request", name, status: 201 });
  assert.equal(event.method, "GET");
  assert.ok(Number(event.ms) >= 0);
});

behaviour(
  "the figures count connections, also those that onConnect refuses",
  async () => {
    const open = `roam_agent_connections{agent="${agent}"}`;
    const closed =
      `roam_agent_connections_closed_total{agent="${agent}",code="3xxx"}`;
    const before = await figure(open);
    const name = server.name();
    const client = await server.open(path(name));
    await server.event({ type: "connected", name });
    assert.equal(await figure(open), before + 1);
    const refused = await growth(closed, async () => {
      const other = server.connect(`${path(name)}?refuse=1`);
      assert.equal((await other.closed).code, 3999);
      await server.event({ type: "disconnected", name, wasAccepted: false });
    });
    assert.equal(refused, 1);
    assert.equal(await figure(open), before + 1);
    await client.close();
    await server.event({ type: "disconnected", name, wasAccepted: true });
    assert.equal(await figure(open), before);
  },
  oneProcess,
);

behaviour(
  "the figures have no name of an instance, and none that a client made up",
  async () => {
    const name = server.name("secret-name");
    const caller = await Caller.open(server, path(name));
    await caller.call("invented").catch(() => {});
    await caller.close();
    await server.event({ type: "disconnected", name });
    const text = await (await server.fetch("/metrics")).text();
    assert.ok(!text.includes("secret-name") && !text.includes("invented"));
    assert.match(
      text,
      /^roam_agent_call_errors_total\{agent="CountedAgent",method="",error_type="NOT_FOUND"\} \d+$/m,
    );
    // Each line is a comment or a series with a number.
    for (const line of text.trimEnd().split("\n")) {
      assert.match(
        line,
        /^# (HELP|TYPE) roam_\w+ .+$|^roam_\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+$/,
      );
    }
  },
  oneProcess,
);

behaviour(
  "onEvent is told how long a connection took to be accepted, and lived",
  async () => {
    const name = server.name();
    const client = await server.open(path(name));
    const { ms: accepting } = await server.event({ type: "connected", name });
    client.send("wait");
    await server.event({ type: "message", name });
    await client.close();
    const { ms: living } = await server.event({ type: "disconnected", name });
    assert.ok(Number(accepting) >= 0, `${accepting}`);
    assert.ok(Number(living) >= Number(accepting) + 15, `${living}`);
  },
);

behaviour("onEvent is told how long a job took", async () => {
  const name = server.name();
  const caller = await Caller.open(server, path(name));
  await caller.call("remind");
  const type = "schedule";
  const { ms } = await server.event({ type, name, status: "done" });
  assert.ok(Number(ms) >= 15, `${ms}`);
  const started = await server.event({ type, name, status: "started" });
  assert.equal("ms" in started, false);
  await caller.close();
});

behaviour(
  "onEvent is told how late the event loop was",
  async () => {
    const caller = await Caller.open(server, path(server.name()));
    await caller.call("block", 400);
    // It may be told after one of the time before.
    await server.server.process.until((line) => {
      const [, ms] = /^@@\["event",\{"type":"lag","ms":([\d.]+)/.exec(line) ??
        [];
      return Number(ms) >= 250 ? ms : undefined;
    }, "that it was 250 ms late");
    await caller.close();
  },
  { workerd: "time stands still while code runs: no lag is told" },
);
