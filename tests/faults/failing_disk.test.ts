import assert from "node:assert/strict";
import { writeOnFailingDisk } from "../support/faults/failing_disk.ts";
import { seedOf } from "../support/random/seed.ts";
import { straceSkips } from "../support/faults/strace.ts";
import { behaviour, runtime } from "../support/suite.ts";

const failures = Number(process.env.ROAM_FAILURES ?? 60);
/** Each server fails in one way. */
const PER_SERVER = Math.min(25, Math.ceil(failures / 3));

behaviour(
  `${failures} failures of the disk: no acknowledgement, close 1011, memory and disk have the last acknowledged state, and the agent goes on`,
  async () => {
    const seed = seedOf("failing disk");
    const total = { failed: 0, acknowledged: 0 };
    for (let kind = 0; total.failed < failures; kind++) {
      const options = { failures: PER_SERVER, kind, seed: seed + kind };
      const survey = await writeOnFailingDisk(runtime, options);
      total.failed += survey.failed;
      total.acknowledged += survey.acknowledged;
    }
    console.log(
      `seed ${seed}: ${total.failed} writes failed, none of them acknowledged; ${total.acknowledged} did not`,
    );
    assert(total.acknowledged > 0);
  },
  straceSkips,
);

behaviour("a storage that hides its failures is found out", async () => {
  for (let kind = 0; kind < 3; kind++) {
    const options = { failures: 3, kind, seed: 1, profile: "careless" };
    await assert.rejects(
      writeOnFailingDisk(runtime, options),
      /what is on disk/,
    );
  }
}, straceSkips);
