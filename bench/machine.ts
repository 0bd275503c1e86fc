import { spawnSync } from "node:child_process";
import { cpus, loadavg, release, type } from "node:os";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(
  new URL("../tools/node_modules/.bin/", import.meta.url),
);

/** One line that says where the figures come from. */
export function machine(): string {
  const cores = cpus();
  return [
    `${cores[0].model}, ${cores.length} cores`,
    `${type()} ${release()}`,
    `load ${loadavg()[0].toFixed(2)}`,
    `Deno ${version("deno")}`,
    `Bun ${version("bun")}`,
    `Node ${version("node")}`,
    `workerd ${version("workerd")}`,
  ].join("; ");
}

function version(runtime: string): string {
  const { stdout } = spawnSync(bin + runtime, ["--version"], {
    encoding: "utf8",
  });
  return /\d[\d.-]*\d/.exec(stdout)?.[0] ?? "unknown";
}
