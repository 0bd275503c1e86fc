// What takes too long for every change: `npm run soak`, or a part of it:
// `npm run soak -- deno`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bin, root, setup } from "./setup.mjs";

/** How often each server is killed. */
const CYCLES = { deno: 1000, bun: 1000, workerd: 100 };
/** Random schedules of the state protocol over the real code. */
const SCHEDULES = 100_000;

await setup();
const wanted = process.argv.slice(2);
let failed = 0;
for (const [runtime, cycles] of Object.entries(CYCLES)) {
  if (wanted.length > 0 && !wanted.includes(runtime)) continue;
  run(["tests/faults/crash.test.ts"], {
    ROAM_TARGET: runtime,
    ROAM_CYCLES: cycles,
  });
}
if (wanted.length === 0 || wanted.includes("schedules")) {
  run(["tests/unit/state_schedules.test.ts"], { ROAM_SCHEDULES: SCHEDULES });
}
process.exitCode = failed === 0 ? 0 : 1;

function run(files, env) {
  const { status } = spawnSync(
    join(bin, "deno"),
    ["test", "-A", "--no-lock", "--no-check", ...files],
    { cwd: root, stdio: "inherit", env: { ...process.env, ...env } },
  );
  if (status !== 0) failed++;
}
