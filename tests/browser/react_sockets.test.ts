import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "../fixtures/page/board.ts";
import { withReact } from "../support/browser/react_page.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { suite } from "../support/suite.ts";

declare const api: Api;

const real = await suite("client");

/** Resolves when of the connections to this instance that of `me` is the last. */
function lastOf(name: string): Promise<true> {
  let count = 0;
  let isThere = false;
  return real.server.process.until(
    (line) => {
      if (!line.startsWith('@@["event",')) return undefined;
      const event = JSON.parse(line.slice(2))[1];
      if (event.name !== name) return undefined;
      if (event.type === "connected") count++;
      if (event.type === "disconnected") count--;
      isThere ||= event.connection === "me";
      return isThere && count === 1 || undefined;
    },
    "that the others are gone",
    2 * PATIENCE_MS,
  );
}

withReact((board) => {
  test("useAgent() in StrictMode opens one socket", async () => {
    const { server } = board;
    const dials = server.dials;
    await board.show("strict", {}, true);
    const connection = await server.connection();
    connection.greet(1, { n: 1 }, "e", "strict");
    await board.shows("strict 1 open 0");
    assert.equal(server.dials, dials + 1);
    await board.reset();
    await connection.gone();
    assert.equal(server.open, 0);
  });

  test("enabled: false does not connect until it is true, and disconnects", async () => {
    const { server } = board;
    const dials = server.dials;
    await board.show("later", { enabled: false });
    await board.shows("later - closed");
    assert.equal(server.dials, dials);
    await board.show("later");
    const connection = await server.connection();
    await board.show("later", { enabled: false });
    await connection.gone();
    await board.reset();
    assert.equal(server.dials, dials + 1);
  });

  test("1,000 mounts and unmounts leave no connection on the server", async () => {
    const name = real.name("churn");
    const options = { agent: "CommandAgent", name, host: real.server.host };
    await board.page.evaluate((options) => api.churn(options, 1000), options);
    await board.page.evaluate((options) => api.show(options), options);
    await board.shows(`${name} - open`);
    const asking = await real.open(`/agents/command-agent/${name}?_pk=me`);
    // One that is mounted is among them.
    assert.ok((await asking.ask("list")).length > 1);
    await board.reset();
    // The last ones are on their way out, which takes half a minute.
    do await lastOf(name); while (`${await asking.ask("list")}` !== "me");
    await asking.close();
    const about = { agent: "CommandAgent", name };
    const opened = real.events({ type: "connected", ...about });
    assert.ok(opened > 20, `${opened} were connected`);
    await real.event({ type: "disconnected", ...about, connection: "me" });
    assert.equal(real.events({ type: "disconnected", ...about }), opened);
  });
});
