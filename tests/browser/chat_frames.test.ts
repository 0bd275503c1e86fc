import assert from "node:assert/strict";
import { test } from "node:test";
import { type Runtime, start } from "../targets/targets.ts";

const RUNTIMES: Runtime[] = ["deno", "bun", "workerd"];

const INVALID: [what: string, frame: string | Uint8Array, error: RegExp][] = [
  ["bytes", new Uint8Array([1, 2]), /must be text/],
  ["nothing", "", /must be JSON/],
  ["no JSON", "{", /must be JSON/],
  ["null", "null", /JSON object/],
  ["a number", "1", /JSON object/],
  ["a list", "[]", /"type" must be/],
  ["no type", "{}", /"type" must be/],
  ["an unknown type", `{"type":"constructor"}`, /"type" must be/],
  ["no text", `{"type":"say"}`, /"text" must be a string/],
  ["text of another type", `{"type":"say","text":{}}`, /must be a string/],
  ["blank text", `{"type":"say","text":" \\n"}`, /must not be empty/],
  [
    "too much text",
    JSON.stringify({ type: "say", text: "x".repeat(2001) }),
    /at most 2000 characters: received 2001/,
  ],
  ["typing, maybe", `{"type":"typing","active":1}`, /true or false/],
];

const INVALID_NAMES = ["", "%20", "%E2%80%8B", "x".repeat(41)];

for (const runtime of RUNTIMES) {
  testRoom(
    `${runtime}: a room answers what it can't read with an error, and tells nobody`,
    runtime,
    async (url) => {
      const observer = await Client.connect(`${url}?name=Ada`);
      await observer.next("welcome");
      const sender = await Client.connect(`${url}?name=Grace`);
      await sender.next("welcome");
      await observer.next("joined");
      for (const [what, frame, error] of INVALID) {
        sender.socket.send(frame);
        assert.match(String((await sender.next("error")).error), error, what);
      }
      sender.socket.send(`{"type":"say","text":"fine"}`);
      assert.equal((await observer.next("said")).text, "fine");
      for (const name of INVALID_NAMES) {
        const refused = await Client.connect(`${url}?name=${name}`);
        assert.equal((await refused.closed).code, 4000);
        assert.deepEqual(refused.frames, []);
      }
      sender.socket.close();
      assert.equal((await observer.next("left")).name, "Grace");
      observer.socket.close();
      await observer.closed;
    },
  );

  testRoom(
    `${runtime}: a room keeps its last 100 messages for who comes late`,
    runtime,
    async (url) => {
      const ada = await Client.connect(`${url}?name=Ada`);
      await ada.next("welcome");
      for (let n = 1; n <= 101; n++) {
        ada.socket.send(JSON.stringify({ type: "say", text: String(n) }));
        await ada.next("said");
      }
      const late = await Client.connect(`${url}?name=Grace`);
      const { history, people } = await late.next("welcome") as unknown as {
        history: { text: string }[];
        people: { name: string }[];
      };
      assert.equal(history.length, 100);
      assert.equal(history[0].text, "2");
      assert.equal(history[99].text, "101");
      assert.deepEqual(people.map(({ name }) => name).sort(), ["Ada", "Grace"]);
      for (const { socket } of [ada, late]) socket.close();
      await Promise.all([ada.closed, late.closed]);
    },
  );
}

/** A test with a server, and the URL of a room there. */
function testRoom(
  name: string,
  runtime: Runtime,
  run: (url: string) => Promise<void>,
): void {
  test(name, async () => {
    const server = await start(runtime, {
      entry: "examples/chat/main.ts",
      objects: { ChatRoom: "ChatRoom" },
    });
    try {
      await run(`ws://${server.host}/agents/chat-room/frames`);
    } finally {
      await server.stop();
    }
  });
}

interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A plain WebSocket, and the frames of the room that came over it. */
class Client {
  readonly frames: Frame[] = [];
  readonly closed: Promise<CloseEvent>;
  readonly socket: WebSocket;
  #waiting: (() => void) | undefined;

  private constructor(url: string) {
    this.socket = new WebSocket(url);
    this.closed = new Promise((resolve) => this.socket.onclose = resolve);
    this.socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as Frame;
      // The library's own.
      if (frame.type.startsWith("cf_")) return;
      this.frames.push(frame);
      this.#waiting?.();
    };
  }

  static connect(url: string): Promise<Client> {
    const client = new Client(url);
    return new Promise((resolve, reject) => {
      client.socket.onopen = () => resolve(client);
      client.socket.onerror = () => reject(new Error(`Cannot reach ${url}`));
    });
  }

  /** The next frame, which has to be of `type`. */
  async next(type: string): Promise<Frame> {
    if (this.frames.length === 0) {
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
    const frame = this.frames.shift()!;
    assert.equal(frame.type, type, JSON.stringify(frame));
    return frame;
  }
}
