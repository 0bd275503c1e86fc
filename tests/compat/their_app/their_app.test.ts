import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ServerProcess } from "../../targets/target.ts";
import { bin, type Runtime, type Server } from "../../targets/targets.ts";
import { App } from "./check.ts";
import { checks } from "./checks.ts";
import { call, take } from "./frames.ts";
import { migrate, startMigrated, theirApp } from "./migration.ts";
import { mutants } from "./mutants.ts";
import { Reminders } from "./reminders.ts";
import { startTheirs } from "../their_sdk.ts";

const runtimes: readonly Runtime[] = ["workerd", "deno", "bun"];

/** Starts the app, moved here, in a folder of its own. */
async function started(
  runtime: Runtime,
  change?: (source: string) => string,
): Promise<Server> {
  const folder = await migrate(change);
  const server = await startMigrated(runtime, folder);
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return server;
}

const [theirs, ...ours] = await Promise.all([
  startTheirs(theirApp),
  ...runtimes.map((runtime) => started(runtime)),
]);
after(() => theirs.stop());

for (const { name, run, expected, here } of checks) {
  test(`Cloudflare's SDK: ${name}`, async () => {
    assert.deepEqual(await run(new App(theirs.host)), expected);
  });
  for (const { host, runtime } of ours) {
    test(`moved, on ${runtime}: ${name}`, async () => {
      const wanted = here === undefined ? expected : here.expected;
      assert.deepEqual(await run(new App(host)), wanted);
    });
  }
}

for (const { what, change, caught } of mutants) {
  test(`The checks notice an app that ${what}`, async () => {
    const { host } = await started("deno", change);
    const { run, expected, here } = checks.find(({ name }) => name === caught)!;
    const wanted = here === undefined ? expected : here.expected;
    await assert.rejects(async () => {
      assert.deepEqual(await run(new App(host)), wanted);
    }, `${caught}: nothing was noticed`);
  });
}

/** Has the app store a state and a row. */
async function fill({ host }: Server): Promise<void> {
  const app = new App(host);
  await app.fetch("/api/add?to=kept");
  const ada = await app.open("/agents/chat-room/kept?user=ada");
  await take(ada, 2);
  ada.send("a line");
  await take(ada, 2);
  await ada.close();
}

/** Asserts that they are there, and that the app goes on with them. */
async function assertKept({ host }: Server): Promise<void> {
  const app = new App(host);
  const [, { cards }] = await app.fetch("/agents/board/kept") as [
    number,
    { cards: { id: number; text: string }[] },
  ];
  assert.equal(cards[0].text, "from the server");
  assert.deepEqual(
    await app.fetch("/agents/chat-room/kept/history"),
    [200, [{ user: "ada", text: "a line" }]],
  );
  const ada = await app.open("/agents/board/kept");
  const [{ result }] = await call(ada, "addCard", "next") as [
    { result: number },
  ];
  assert.equal(result, cards.length + 1);
  await ada.close();
}

test("The app that has moved has right types, but for a state that it hands out to be changed", async () => {
  const folder = await migrate();
  after(() => rm(folder, { recursive: true, force: true }));
  const entries = ["worker.ts", "deno.ts", "bun.ts"];
  const args = ["check", "--no-lock", ...entries];
  const check = new ServerProcess(join(bin, "deno"), args, { cwd: folder });
  await check.until((line) => line.includes("ended") || undefined, "the end");
  // What docs/migrating.md says of types: a state is not to be changed in place.
  const errors = check.lines.filter((line) => /\[ERROR\]/.test(line));
  assert.equal(errors.length, 1, errors.join("\n"));
  assert.match(errors[0], /readonly .* is not assignable to type 'BoardState'/);
});

async function newStore(): Promise<string> {
  const store = await mkdtemp(join(tmpdir(), "roam-store-"));
  after(() => rm(store, { recursive: true, force: true }));
  return store;
}

test("State and rows that Cloudflare's SDK has stored are there when the app has moved, and stay", async () => {
  const store = await newStore();
  const before = await startTheirs(theirApp, store);
  await fill(before);
  await before.stop();
  const folder = await migrate();
  after(() => rm(folder, { recursive: true, force: true }));
  for (let start = 0; start < 2; start++) {
    const server = await startMigrated("workerd", folder, store);
    await assertKept(server);
    await server.stop();
  }
});

test("Schedules and the queue that Cloudflare's SDK has stored go on when the app has moved", async () => {
  const store = await newStore();
  const before = await startTheirs(theirApp, store);
  const theirs = (name: string) => new Reminders(new App(before.host), name);
  const now = Math.floor(Date.now() / 1000);
  // As 0.32 stores them, as 0.21 does, and as the first versions did.
  const made = await theirs("present").tell(
    ["schedule", { date: (now + 4) * 1000 }, "remind", "soon"],
    ["schedule", "0 0 1 1 *", "remind", "cron"],
    ["scheduleEvery", 9000, "remind", "every", { retry: { maxAttempts: 4 } }],
  );
  await theirs("queue").tell(["queue", "hold", 0]);
  await theirs("queue").log(1);
  await theirs("queue").tell(
    ["queue", "remind", { q: 1 }],
    ["queue", "remind", { q: 2 }],
  );
  for (const name of ["first", "0.21"]) {
    await theirs(name).tell(["oldTables", now + 2]);
  }
  await theirs("0.21").tell(["newerTables", now + 2]);
  await before.stop();

  const folder = await migrate();
  after(() => rm(folder, { recursive: true, force: true }));
  const server = await startMigrated("workerd", folder, store);
  const ours = (name: string) => new Reminders(new App(server.host), name);
  // Nobody asks for it: its alarm rings.
  await new Promise((resolve) => setTimeout(resolve, 4500));
  const log = await ours("present").log(1);
  assert.deepEqual(log.map(({ remind }) => remind), ["soon"]);
  const [left] = await ours("present").tell(["getSchedules"]);
  assert.deepEqual(left, [made[2], made[1]]);

  // What ran in theirs runs again, and then what waited.
  const [held, again] = await ours("queue").log(2);
  assert.deepEqual([held, again], [{ held: true }, { held: true }]);
  await ours("queue").tell(["letGo"]);
  const queued = await ours("queue").log(4);
  assert.deepEqual(queued.slice(2).map(({ remind }) => remind), [
    { q: 1 },
    { q: 2 },
  ]);

  const reminded = async (name: string, count: number) => {
    const entries = await ours(name).log(count);
    return entries.map(({ remind }) => JSON.stringify(remind)).sort();
  };
  assert.deepEqual(await reminded("first", 3), [
    '"old delayed"',
    '{"q":1}',
    '{"q":2}',
  ]);
  const [old] = await ours("first").tell(["getSchedules"]);
  assert.deepEqual(old.map(({ id }: { id: string }) => id), ["old-2"]);
  assert.deepEqual(await reminded("0.21", 2), ['{"q":1}', '{"q":2}']);
  const [newer] = await ours("0.21").tell(["getSchedules"]);
  assert.deepEqual(newer, [{
    callback: "remind",
    id: "new-1",
    intervalSeconds: 9000,
    payload: "new every",
    retry: { maxAttempts: 4 },
    time: now + 9002,
    type: "interval",
  }]);
  await server.stop();

  // Once: they are ours now.
  const later = await startMigrated("workerd", folder, store);
  const first = new Reminders(new App(later.host), "first");
  const [still] = await first.tell(["getSchedules"]);
  assert.deepEqual(still, old);
  assert.equal((await first.log(3)).length, 3);
  await later.stop();
});

for (const runtime of ["deno", "bun"] as const) {
  test(`moved, on ${runtime}: state and rows outlive the process`, async () => {
    const folder = await migrate();
    after(() => rm(folder, { recursive: true, force: true }));
    const before = await startMigrated(runtime, folder);
    await fill(before);
    await before.stop();
    const server = await startMigrated(runtime, folder);
    await assertKept(server);
    await server.stop();
  });
}
