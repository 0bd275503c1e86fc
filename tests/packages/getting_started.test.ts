// docs/getting_started.md, followed step by step, with the packed archive in place of the release.
import assert from "node:assert/strict";
import { test } from "node:test";
import { follow, GUIDES } from "./guide.ts";
import { end, env, freePort, jsrFiles, packed } from "./project.ts";
import { openCounter, served } from "./starter.ts";

const release = { archive: await packed(), folder: jsrFiles };
const projects = [];
// Where something else may be.
env.PORT = `${await freePort()}`;
for (const title of Object.keys(GUIDES)) {
  projects.push(await follow(title, release));
}

for (const project of projects) {
  test(`docs/getting_started.md, ${project.name}: two browsers see each other's change, also after a restart`, async () => {
    const first = await served(project);
    const [ada, grace] = await Promise.all([
      openCounter(first.url),
      openCounter(first.url),
    ]);
    try {
      await ada.shows(0);
      await ada.count();
      await grace.shows(1);
      // Then their browsers report that they could not connect.
      assert.deepEqual([...ada.problems, ...grace.problems], []);
    } finally {
      await end(first.server);
    }
    const again = await served(project);
    try {
      await grace.count();
      await ada.shows(2);
    } finally {
      await Promise.all([ada.close(), grace.close()]);
      await end(again.server);
    }
  });
}
