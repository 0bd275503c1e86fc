import assert from "node:assert/strict";
import { SessionClient } from "../support/clients/session_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite("default", "tests/fixtures/sessions_server.ts", [
  "SessionsAgent",
  "LoggedSessionsAgent",
]);
const wire = { memory: "in memory nothing is on a wire" };

/** Two clients of one instance: one that loses its connection, and one that does not. */
async function pair(agent: string): Promise<SessionClient[]> {
  const name = server.name("gap");
  const { host } = server.server;
  return await Promise.all(
    ["me", "other"].map((id) => SessionClient.open(host, { agent, name, id })),
  );
}

/** What the log says of whether something is missing. */
function told({ log }: SessionClient): string[] {
  return log.filter((line) => line === "resumed" || line.startsWith("gap"));
}

// What platforms, and what stands before servers, close with by themselves.
for (const code of [1001, 1005, 1006, 1011, 1012, 1013]) {
  behaviour(
    `a connection that something in between closes with ${code} goes on, and nothing is missing`,
    async () => {
      const [me, other] = await pair("SessionsAgent");
      me.proxy.isRefusing = true;
      if (code === 1006) me.proxy.cut();
      else me.proxy.close(code);
      await me.until(`close ${code}`);
      other.client.send("broadcast unheard");
      await other.until("message unheard");
      me.proxy.isRefusing = false;
      await me.until("message unheard");
      assert.deepEqual(told(me), ["resumed"]);
      assert.equal(me.client.id, "me");
      await Promise.all([me.stop(), other.stop()]);
    },
    wire,
  );
}

for (const code of [1001, 1011, 1012, 1013]) {
  for (
    const [agent, gap] of [
      ["SessionsAgent", "gap unknown"],
      ["LoggedSessionsAgent", "gap session"],
    ]
  ) {
    behaviour(
      `${agent}: a client whose connection the server closes with ${code} has a gap, and is told which`,
      async () => {
        const [me, other] = await pair(agent);
        me.proxy.isRefusing = true;
        other.client.send(`closeOther me ${code}`);
        await me.until(`close ${code}`);
        other.client.send("broadcast unheard");
        await other.until("message unheard");
        me.proxy.isRefusing = false;
        await me.until(gap);
        me.client.send("here");
        await me.until("message here");
        assert.deepEqual(told(me), [gap]);
        const heard = gap === "gap session" ? ["unheard", "here"] : ["here"];
        assert.deepEqual(me.messages, heard);
        assert.equal(me.client.resumed, false);
        assert.equal(me.client.id, "me");
        await Promise.all([me.stop(), other.stop()]);
      },
      wire,
    );
  }
}
