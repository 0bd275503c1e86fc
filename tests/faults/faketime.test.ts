import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "../support/runners/skippable.ts";
import { timeClasses, TimedAgent } from "../support/clients/time_client.ts";
import { runtime, Suite } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

/** Debian's libfaketime, which shifts the wall clock of a process, and leaves the other one alone. */
function library(): string | undefined {
  if (!existsSync("/usr/lib")) return undefined;
  for (const machine of readdirSync("/usr/lib")) {
    const path = `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`;
    if (existsSync(path)) return path;
  }
}

const found = library();
const skip = runtime === "workerd"
  ? "workerd takes the time from the system without the library of C"
  : found === undefined
  ? "libfaketime is not installed"
  : false;

test(
  "the clock of the machine goes three days forward, and back: each job runs once, none early",
  { skip },
  async () => {
    const folder = mkdtempSync(`${tmpdir()}/roam-faketime-`);
    const shift = join(folder, "shift");
    writeFileSync(shift, "+0");
    const server = await start(runtime, {
      entry: "tests/fixtures/time_server.ts",
      objects: Object.fromEntries(timeClasses.map((name) => [name, name])),
      store: join(folder, "store"),
      env: {
        LD_PRELOAD: found!,
        FAKETIME_TIMESTAMP_FILE: shift,
        FAKETIME_NO_CACHE: "1",
        DONT_FAKE_MONOTONIC: "1",
      },
    });
    const suite = new Suite(server);
    try {
      const agent = new TimedAgent(suite, "TimeAgent", "shifted");
      const day = 24 * 3600;
      await agent.obey([
        ["schedule", day, "ring", "in a day"],
        ["schedule", 4 * day, "ring", "in four days"],
        ["schedule", "0 * * * *", "ring", "hourly"],
      ]);
      assert.equal(agent.notes("ring").length, 0);
      writeFileSync(shift, "+3d");
      // It is looked at by the minute, or when another job is made.
      await agent.api("schedule", 0.1, "ring", "sign");
      await agent.rung("in a day");
      await agent.rung("hourly");
      const { now } = await agent.rung("sign");
      assert.ok(
        now > Date.now() + 2.9 * day * 1000,
        "the clock was not shifted",
      );
      writeFileSync(shift, "-3d");
      await agent.api("schedule", 0.1, "ring", "later sign");
      const later = await agent.rung("later sign");
      assert.ok(later.now < Date.now() - 2.9 * day * 1000);
      const rung = agent.notes("ring").map(([, payload]) => payload).sort();
      assert.deepEqual(rung, ["hourly", "in a day", "later sign", "sign"]);
      const left = await agent.api("getSchedules");
      assert.deepEqual(
        left.map(({ payload }: { payload: string }) => payload),
        ["hourly", "in four days"],
      );
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
