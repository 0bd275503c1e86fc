// Checks the types of everything, and those of the pages that have some with
// the library of a browser.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { buildPage } from "./examples.mjs";
import { filesIn } from "./files.mjs";
import { bin, root, setup } from "./setup.mjs";

const PAGE = "examples/board/page";

build();
// Without the packages nothing has a type.
await setup();
// Servers import them as text.
buildPage("gallery");
check(...typedFiles());
check("--config", `${PAGE}/deno.json`, `${PAGE}/app.tsx`);
check("--config", "dev/page/deno.json", "dev/page/app.ts");

function check(...args) {
  const options = { cwd: root, stdio: "inherit" };
  const { status } = spawnSync(join(bin, "deno"), ["check", ...args], options);
  if (status !== 0) process.exitCode = 1;
}

/** Everything but what has a configuration of its own. */
function typedFiles() {
  const doors = [
    "mod.ts",
    "hono.ts",
    "client.ts",
    "react.ts",
    "browser.ts",
    "cli.ts",
  ];
  const folders = [
    "adapters",
    "cli",
    "storage",
    "cluster",
    "dev",
    "tests",
    "bench",
    "examples",
  ];
  const files = folders.flatMap(filesIn).filter((file) =>
    /\.tsx?$/.test(file) &&
    !/^tests\/(fixtures\/seed|consumer\/project|compat\/their_app\/app)\//
      .test(file) &&
    !/^((examples\/\w+|dev)\/page|bench\/peers)\//.test(file)
  );
  return [...doors.filter((door) => existsSync(join(root, door))), ...files];
}
