import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const text = (value: string) => new TextEncoder().encode(value);

async function open(): Promise<RawClient> {
  const path = `/agents/echo-agent/${server.name()}`;
  const raw = await RawClient.open(server.server.host, path);
  assert.equal(raw.status, 101);
  return raw;
}

/** The server serves somebody else. */
async function lives(): Promise<void> {
  const client = await server.open(`/agents/echo-agent/${server.name()}`);
  client.send("alive");
  assert.equal(await client.user(), "alive");
  await client.close();
}

type Violation = [
  what: string,
  send: (raw: RawClient) => void,
  skips?: { workerd: string },
];

const violations: Violation[] = [
  ["a reserved opcode", (raw) => raw.sendFrame(0x3, text("x"))],
  ["a reserved control opcode", (raw) => raw.sendFrame(0xb, text("x"))],
  ["a reserved bit", (raw) => raw.sendFrame(0x1, text("x"), 0xc0)],
  [
    "a text that is no UTF-8",
    (raw) => raw.sendFrame(0x1, new Uint8Array([0xc3, 0x28])),
    { workerd: "workerd puts U+FFFD in its place" },
  ],
  [
    "a ping of 126 bytes",
    (raw) => raw.sendFrame(0x9, new Uint8Array(126)),
    { workerd: "workerd takes a ping of any size" },
  ],
  ["a ping in parts", (raw) => raw.sendFrame(0x9, text("x"), 0x00)],
  ["a continuation of nothing", (raw) => raw.sendFrame(0x0, text("x"))],
  [
    "a message inside of another one",
    (raw) => {
      raw.sendFrame(0x1, text("x"), 0x00);
      raw.sendFrame(0x1, text("y"));
    },
  ],
  [
    "a close frame of one byte",
    (raw) => raw.sendFrame(0x8, new Uint8Array([3])),
  ],
  ["a close code that nobody may send", (raw) => raw.sendClose(1005, "")],
  ["a close code below 1000", (raw) => raw.sendClose(999, "")],
];

for (const [what, send, skips] of violations) {
  behaviour(
    `a frame that RFC 6455 forbids ends its connection only: ${what}`,
    async () => {
      const raw = await open();
      send(raw);
      // By a close frame, or by the end of TCP: that is the runtime's.
      await raw.closeFrame();
      raw.destroy();
      await lives();
    },
    skips,
  );
}

behaviour("a frame that is not masked ends its connection", async () => {
  const raw = await open();
  raw.sendFrame(0x1, text("x"), 0x80, false);
  const { code, ended } = await raw.closeFrame();
  assert.ok(ended || code === 1002, `${code}`);
  raw.destroy();
}, {
  deno: "Deno accepts it",
  workerd: "workerd accepts it",
});

behaviour("bytes that are no frames harm nobody else", async () => {
  const seed = seedOf("raw frames");
  const random = randomOf(seed);
  const sockets = [];
  for (let count = 0; count < 300; count++) {
    const raw = await open();
    const bytes = new Uint8Array(1 + Math.floor(random() * 60));
    for (let at = 0; at < bytes.length; at++) bytes[at] = random() * 256;
    // Half of them begin like a masked text.
    if (count % 2 === 0) {
      bytes.set([0x81, 0x80 | bytes.length % 126].slice(0, bytes.length));
    }
    raw.write(bytes);
    sockets.push(raw);
    if (count % 50 === 49) await lives();
  }
  for (const raw of sockets) raw.destroy();
  await lives();
  assert.ok(server.server.process.isAlive, `seed ${seed}`);
});
