import assert from "node:assert/strict";
import type { TestClient } from "../support/clients/client.ts";
import { behaviour, suite } from "../support/suite.ts";

const agents = await suite();

const LARGE = "x".repeat(100_000);
const ANNOUNCEMENT = '{"type":"roam_large","bytes":100000}';

/** Clients of one instance, every other one with the extensions. */
async function join(name: string, count: number): Promise<TestClient[]> {
  const clients = [];
  for (let at = 0; at < count; at++) {
    const client = await agents.open(
      `/agents/command-agent/${name}?_roam=${at % 2}`,
    );
    await client.ask("list");
    clients.push(client);
  }
  // The first frames of the connection.
  for (const client of clients) {
    client.send("over");
    while (await client.next() !== "over");
  }
  return clients;
}

/** The next message, without the marks by which a server learns what has been read where its runtime does not tell. */
async function next(client: TestClient): Promise<string | ArrayBuffer> {
  for (;;) {
    const message = await client.next();
    if (!/^\{"type":"roam_mark"/.test(String(message))) return message;
  }
}

// Sent one by one, and published where the runtime can.
for (const count of [2, 18]) {
  behaviour(
    `a large message to ${count} clients is announced to those that know the extensions, and to nobody else`,
    async () => {
      const [sender, ...others] = await join(agents.name("large"), count);
      for (const text of [LARGE, "small", LARGE]) {
        await sender.ask("broadcast", text);
        for (const [at, client] of [sender, ...others].entries()) {
          if (at % 2 === 1 && text === LARGE) {
            assert.equal(await next(client), ANNOUNCEMENT);
          }
          assert.equal(await next(client) === text, true);
        }
      }
    },
  );
}

behaviour("a large state is announced, also the first one", async () => {
  const path = `/agents/state-agent/${agents.name("large")}?_roam=1`;
  const [writer, other] = [await agents.open(path), await agents.open(path)];
  for (const client of [writer, other]) {
    client.send('["get"]');
    while (!/"get"/.test(await client.next() as string));
  }
  writer.send(JSON.stringify({ type: "cf_agent_state", state: LARGE }));
  const { type, bytes } = JSON.parse(await other.next() as string);
  const state = await other.next() as string;
  assert.deepEqual([type, bytes], ["roam_large", state.length]);
  const late = await agents.open(path);
  let last = "";
  while (!/roam_large/.test(last)) last = await late.next() as string;
  const first = await late.next() as string;
  assert.match(first, /^\{"state":"x/);
  assert.equal(JSON.parse(last).bytes, first.length);
});

behaviour(
  "large messages arrive that wait behind small ones, of a client that says what it has read",
  async () => {
    const name = agents.name("mixed");
    const client = await agents.open(`/agents/echo-agent/${name}?_roam=1`);
    const large = "x".repeat(300_000);
    const sent = Array.from(
      { length: 20 },
      (_, at) => at % 2 ? "small" : large,
    );
    for (const text of sent) client.send(text);
    let arrived = 0;
    while (arrived < sent.length) {
      const text = String(await client.next());
      if (text.startsWith('{"type":"roam_mark"')) client.send(text);
      else if (!text.startsWith("{")) {
        assert.equal(text === sent[arrived++], true, `${arrived}`);
      }
    }
    await client.close();
  },
);
