import assert from "node:assert/strict";
import { test } from "node:test";
import { end, run } from "./project.ts";
import { openCounter, served, starters } from "./starter.ts";

const projects = await starters([
  "node",
  "deno",
  "bun",
  "workers",
  "react-vite",
]);

for (const project of projects) {
  const { name, folder } = project;

  test(`the starter ${name}: two browsers see each other's change, also after a restart`, async () => {
    const { server, url } = await served(project);
    const [ada, grace] = await Promise.all([
      openCounter(url),
      openCounter(url),
    ]);
    await ada.shows(0);
    await ada.count();
    await grace.shows(1);
    await grace.count();
    await ada.shows(2);
    assert.deepEqual([...ada.problems, ...grace.problems], []);
    await Promise.all([ada.close(), grace.close()]);
    await end(server);
    const again = await served(project);
    const later = await openCounter(again.url);
    await later.shows(2);
    await later.close();
    await end(again.server);
  });

  // Its build, which takes long, does that too, and is tried with the bundlers.
  if (name === "react-vite") continue;
  test(`the starter ${name} has right types`, async () => {
    if (name === "deno") await run(folder, "deno", "check", "main.ts");
    else await run(folder, "npm", "run", "types");
  });
}
