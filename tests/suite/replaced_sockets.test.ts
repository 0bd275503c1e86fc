import assert from "node:assert/strict";
import type { AgentClientOptions } from "../../client.ts";
import { SessionClient } from "../support/clients/session_client.ts";
import { behaviour, type Suite, suite } from "../support/suite.ts";

const entry = "tests/fixtures/sessions_server.ts";
const server = await suite("default", entry, ["SessionsAgent"]);
const large = await suite("large", entry, ["SessionsAgent"]);
const wire = { memory: "in memory nothing is on a wire" };

/** Two clients of one instance: one that loses its connection, and one that does not. */
async function pair(
  { server: { host } }: Suite,
  name: string,
  options: Partial<AgentClientOptions> = {},
): Promise<SessionClient[]> {
  const address = { agent: "SessionsAgent", name };
  return await Promise.all([
    SessionClient.open(host, { ...address, id: "me", ...options }),
    SessionClient.open(host, { ...address, id: "other" }),
  ]);
}

// A connection is made for its first socket, and hears of the others by another way.
for (const which of ["first", "second"]) {
  behaviour(
    `what still comes on a socket that was replaced is heard by neither side: the ${which} of a connection`,
    async () => {
      const name = server.name("ghost");
      const [me, other] = await pair(server, name, { heartbeatInterval: 200 });
      if (which === "second") await me.cut();
      const { proxy } = me;
      proxy.freeze();
      proxy.isRefusing = true;
      const ended = proxy.ended();
      for (let at = 0; at < 5; at++) {
        me.client.send(`up ${at}`);
        other.client.send(`broadcast down ${at}`);
      }
      await other.until("message down 4");
      proxy.isRefusing = false;
      await me.until("resumed");
      await me.until("message up 4");
      proxy.resume();
      // The old connection has been closed, and all that was on the way on it has come.
      await ended;
      me.client.send("up 5");
      other.client.send("broadcast down 5");
      await me.until("message up 5");
      await other.until("message down 5");
      const numbered = (texts: string[], kind: string) =>
        texts.filter((text) => text.startsWith(`${kind} `));
      const six = (kind: string) =>
        Array.from({ length: 6 }, (_, at) => `${kind} ${at}`);
      const heard = await me.client.call<string[]>("heard");
      assert.deepEqual(numbered(heard, "up"), six("up"));
      assert.deepEqual(numbered(me.messages, "up"), six("up"));
      assert.deepEqual(numbered(me.messages, "down"), six("down"));
      await Promise.all([me.stop(), other.stop()]);
    },
    wire,
  );
}

for (const isReplaced of [false, true]) {
  behaviour(
    `what waits for a socket that ${
      isReplaced ? "is replaced" : "breaks"
    } comes on the next one, once and in order`,
    async () => {
      const options = isReplaced ? { heartbeatInterval: 500 } : {};
      const [me, other] = await pair(large, large.name("slow"), options);
      me.proxy.freeze();
      me.proxy.isRefusing = true;
      // More than the buffers of the systems and of the runtimes hold.
      other.client.send("send 20 1000000 me");
      assert.equal(await other.ask("sent"), "sent");
      if (!isReplaced) me.proxy.cut();
      me.proxy.isRefusing = false;
      await me.until("resumed");
      other.client.send("broadcast end");
      await me.until("message end");
      const brief = me.messages.map((text) =>
        text.replace(/x+/, ({ length }) => `${length}`)
      );
      const twenty = Array.from({ length: 20 }, (_, at) => `${at} 1000000`);
      assert.deepEqual(brief, [...twenty, "end"]);
      assert.ok(!me.log.some((line) => line.startsWith("gap")));
      await Promise.all([me.stop(), other.stop()]);
    },
    wire,
  );
}
