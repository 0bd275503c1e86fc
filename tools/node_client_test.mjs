// Runs the tests of the client on Node, with undici's WebSocket where Node has none.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "node_modules/.cache/node_client_test");
const tests = ["state", "calls", "connection", "backoff"];

mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, "socket.mjs"),
  `import { WebSocket } from "undici";\nglobalThis.WebSocket ??= WebSocket;\n`,
);
const bundled = spawnSync(
  join(root, "tools/node_modules/.bin/esbuild"),
  [
    ...tests.map((name) => `tests/client/${name}.test.ts`),
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--target=es2022",
    "--packages=external",
    "--out-extension:.js=.mjs",
    `--outdir=${folder}`,
    "--log-level=warning",
  ],
  { cwd: root, stdio: "inherit" },
);
if (bundled.status !== 0) process.exit(1);
const { status } = spawnSync(
  process.execPath,
  [
    "--import",
    join(folder, "socket.mjs"),
    "--test",
    ...tests.map((name) => join(folder, `${name}.test.mjs`)),
  ],
  { cwd: root, stdio: "inherit", timeout: 120_000 },
);
process.exit(status ?? 1);
