import assert from "node:assert/strict";
import { after, test } from "node:test";
import { behaviours } from "../client/behaviours/all.ts";
import { RUNTIMES } from "../targets/targets.ts";
import { startStage } from "../client/stage/start_stage.ts";
import type { Player } from "../fixtures/page/player.ts";
import { bundleForPage } from "../support/browser/bundle.ts";
import { openPage } from "../support/browser/page.ts";
import { seedOf } from "../support/random/seed.ts";

const seed = seedOf("behaviours");

declare const player: Player;

const stage = await startStage();
const { page, errors, close } = await openPage(
  bundleForPage('import "./fixtures/page/player.ts"'),
);
after(async () => {
  await close();
  await stage.stop();
});

const place = { stage: stage.url, seed };

for (const target of RUNTIMES) {
  for (const [index, { name }] of behaviours.entries()) {
    test(`${target}: ${name}`, () =>
      page.evaluate(
        ([index, place, target]) => player.play(index, place, target),
        [index, place, target] as const,
      ));
  }
}

test("The page has had no errors that nobody caught", () => {
  // A browser logs each connection that fails, and each status that is no success.
  const own = errors.filter((error) =>
    !/WebSocket connection|WebSocket is closed|Failed to load resource/.test(
      error,
    )
  );
  assert.deepEqual(own, []);
});
