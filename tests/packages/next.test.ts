import assert from "node:assert/strict";
import { test } from "node:test";
import { end, run, serve } from "./project.ts";
import { openCounter, served, starters } from "./starter.ts";

const [project] = await starters(["next"]);

async function countTogether(url: string, from: number): Promise<void> {
  const [ada, grace] = await Promise.all([openCounter(url), openCounter(url)]);
  await ada.shows(from);
  await ada.count();
  await grace.shows(from + 1);
  assert.deepEqual([...ada.problems, ...grace.problems], []);
  await Promise.all([ada.close(), grace.close()]);
}

test("the starter next: two browsers see each other's change, and the page was rendered on the server", async () => {
  const { server, url } = await served(project);
  const page = await (await fetch(url)).text();
  assert.match(page, /<output>…<\/output>/);
  await countTogether(url, 0);
  await end(server);
});

await run(project.folder, "npm", "run", "build");

test("the starter next, built: two browsers see each other's change", async () => {
  const server = serve(project.folder, "npm", "start");
  const url = await server.until(
    (line) => /Listening on (\S+)/.exec(line)?.[1],
    "its address",
  );
  await countTogether(url, 1);
  await end(server);
});
