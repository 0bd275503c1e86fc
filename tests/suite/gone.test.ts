import assert from "node:assert/strict";
import { behaviour, hibernated, suite } from "../support/suite.ts";
import { RawClient } from "../support/clients/raw_client.ts";

// Instances leave after 400 ms; peers that do not answer are given up after 700.
const entry = "tests/fixtures/links_server.ts";
const server = await suite("short", entry, ["LinksAgent"]);
const path = (name: string) => `/agents/links-agent/${name}`;
const inMemory = {
  workerd: "the platform decides when an object leaves memory",
};

async function nextLine(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<string> {
  const { value } = await reader.read();
  return new TextDecoder().decode(value).trim();
}

behaviour(
  "an answer that is being sent keeps its instance in memory, also when it is quiet",
  async () => {
    const name = server.name("events");
    const response = await server.fetch(`${path(name)}?events`);
    const reader = response.body!.getReader();
    assert.equal(await nextLine(reader), "data: hello");
    // Another instance comes and goes meanwhile.
    const other = server.name("other");
    await server.fetch(path(other));
    await server.event({ type: "evicted", name: other });
    const fed = await server.fetch(`${path(name)}?feed=news`);
    assert.equal(await fed.text(), "1");
    assert.equal(await nextLine(reader), "data: news");
    assert.equal(server.events({ type: "evicted", name }), 0);
    await reader.cancel();
    await server.event({ type: "evicted", name });
  },
  inMemory,
);

behaviour(
  "a HEAD request is answered at once, and nobody reads an answer that never ends",
  async () => {
    const name = server.name("head");
    const head = await server.fetch(`${path(name)}?events`, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get("content-type"), "text/event-stream");
    // That answer is given up: at once, or when the head is out.
    let readers: string;
    do {
      const fed = await server.fetch(`${path(name)}?feed=news`);
      readers = await fed.text();
    } while (readers !== "0");
    const get = await server.fetch(path(name), { method: "HEAD" });
    assert.deepEqual([get.status, await get.text()], [200, ""]);
  },
);

behaviour("an answer that has ended keeps nobody", async () => {
  const name = server.name("ended");
  await (await server.fetch(path(name))).text();
  await server.event({ type: "evicted", name });
}, inMemory);

behaviour(
  "an answer may take longer than 10 s, before it begins and within it",
  async () => {
    const name = server.name("slow-start");
    const [slow, quiet] = await Promise.all([
      server.fetch(`${path(name)}?wait=11000`),
      server.fetch(`${path(server.name("quiet"))}?events`).then(
        async (response) => {
          const reader = response.body!.getReader();
          await nextLine(reader);
          return reader;
        },
      ),
    ]);
    assert.equal(slow.status, 200);
    await slow.body?.cancel();
    const waiting = quiet.read();
    const still = await Promise.race([
      waiting.then(() => "ended", () => "cut"),
      Promise.resolve("open"),
    ]);
    assert.equal(still, "open");
    await quiet.cancel();
  },
);

behaviour(
  "what this side has closed is not alive again after hibernation: not listed, not heard, onClose once",
  async () => {
    const name = server.name("silent");
    const raw = await RawClient.open(
      server.server.host,
      `${path(name)}?_pk=silent`,
    );
    const witness = await server.open(`${path(name)}?_pk=witness`);
    await server.event({ type: "connected", name, connection: "witness" });
    raw.sendText("close");
    await server.noted("close", name, "silent");
    await hibernated();
    raw.sendText("states 1 5");
    raw.sendText("broadcast 1 5");
    witness.send("list");
    assert.equal(await witness.user(), "list witness");
    raw.destroy();
    await witness.close();
    await server.noted("close", name, "witness");
    const closes = server.notes(name).filter(([kind]) => kind === "close");
    assert.deepEqual(closes.map(([, id]) => id), ["silent", "witness"]);
  },
  {
    memory: "in memory nothing is on a wire",
    deno: "instances with connections stay in memory",
    bun: "instances with connections stay in memory",
    node: "instances with connections stay in memory",
  },
);

const later = (name: string, act: string, ms: number) =>
  `${path(name)}?later=${act}&ms=${ms}`;

behaviour(
  "what a timer sets after its instance has left memory is the state of the one that comes next",
  async () => {
    const name = server.name("later");
    const client = await server.open(later(name, "state", 1500));
    client.send("states 1 1");
    client.send("ready");
    await client.user();
    await client.close();
    await server.event({ type: "evicted", name });
    await server.noted("later", name, "state");
    const response = await server.fetch(path(name));
    assert.equal((await response.json()).state.at, 2);
    const starts = server.notes(name).filter(([kind]) => kind === "start");
    // Where this process is slow, it has left once more before it was asked.
    const left = server.events({ type: "evicted", name });
    assert.ok(starts.length <= left, "its object came back, and no second one");
  },
  inMemory,
);

behaviour(
  "what a timer sets reaches the instance that has taken the place of its own, and its clients",
  async () => {
    const name = server.name("later");
    await (await server.open(later(name, "state", 1500))).close();
    await server.event({ type: "evicted", name });
    const client = await server.open(path(name));
    client.send("states 1 1");
    await server.noted("later", name, "state");
    let text = "";
    while (!text.includes(`"at":2`)) text = `${await client.next()}`;
    await client.close();
  },
  inMemory,
);

behaviour(
  "this.sql in a timer works after its instance has left memory",
  async () => {
    const name = server.name("later");
    await (await server.open(later(name, "sql", 1500))).close();
    await server.event({ type: "evicted", name });
    await server.noted("rows", name, 1);
  },
  inMemory,
);

behaviour(
  "a broadcast of an instance whose place another has taken is an error, and not sent",
  async () => {
    const name = server.name("later");
    await (await server.open(later(name, "broadcast", 1500))).close();
    await server.event({ type: "evicted", name });
    const client = await server.open(path(name));
    await server.event({ type: "failed", stage: "uncaught", name });
    await server.noted("error", name);
    client.send("only this");
    assert.equal(await client.user(), "only this");
    await client.close();
  },
  inMemory,
);

behaviour(
  "an event of an instance whose place another has taken is an error, and not sent",
  async () => {
    const name = server.name("later");
    await (await server.open(later(name, "emit", 1500))).close();
    await server.event({ type: "evicted", name });
    const client = await server.open(`${path(name)}?_roam=1`);
    await server.event({ type: "failed", stage: "uncaught", name });
    await server.noted("error", name);
    client.send("only this");
    let message: unknown;
    do message = await client.user(); while (`${message}`.includes("_hello"));
    assert.equal(message, "only this");
    await client.close();
  },
  inMemory,
);

behaviour(
  "what a timer does to an instance that was destroyed is an error, and ends nothing",
  async () => {
    const name = server.name("later");
    await (await server.open(later(name, "destroy", 10))).close();
    await server.noted("later", name, "destroy");
    await server.event({ type: "failed", stage: "uncaught", name });
    const response = await server.fetch(path(name));
    assert.equal((await response.json()).state.at, 0);
  },
);
