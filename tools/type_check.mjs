// Checks the types of everything, and those of the pages that have some with
// the library of a browser.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildPage, EXAMPLES } from "./examples.mjs";
import { filesIn } from "./files.mjs";
import { bin, root } from "./setup.mjs";

const PAGE = "examples/board/page";

// Servers import them as text.
for (const name of Object.keys(EXAMPLES)) buildPage(name);
check(...typedFiles());
check("--config", `${PAGE}/deno.json`, `${PAGE}/app.tsx`);

function check(...args) {
  const options = { cwd: root, stdio: "inherit" };
  const { status } = spawnSync(join(bin, "deno"), ["check", ...args], options);
  if (status !== 0) process.exitCode = 1;
}

/** Everything but what has a configuration of its own. */
function typedFiles() {
  const doors = ["mod.ts", "hono.ts", "client.ts", "react.ts"];
  const folders = ["adapters", "storage", "tests", "bench", "examples"];
  const files = folders.flatMap(filesIn).filter((file) =>
    /\.tsx?$/.test(file) &&
    !/^tests\/(fixtures\/seed|consumer\/project|compat\/their_app\/app)\//
      .test(file) &&
    !/^examples\/\w+\/page\//.test(file)
  );
  return [...doors.filter((door) => existsSync(join(root, door))), ...files];
}
