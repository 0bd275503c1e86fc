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

test("The app that has moved has right types", async () => {
  const folder = await migrate();
  after(() => rm(folder, { recursive: true, force: true }));
  const entries = ["worker.ts", "deno.ts", "bun.ts"];
  const args = ["check", "--no-lock", ...entries];
  const check = new ServerProcess(join(bin, "deno"), args, { cwd: folder });
  await check.until((line) => line.includes("ended") || undefined, "the end");
  assert.deepEqual(check.lines.filter((line) => /error/i.test(line)), []);
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
