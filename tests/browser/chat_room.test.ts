import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient, presenceOf } from "../../client.ts";
import type { Chat, Shown } from "../../examples/chat/room.ts";
import type { Said } from "../../examples/chat/said.ts";
import { type Runtime, RUNTIMES } from "../targets/targets.ts";
import { ExampleServer } from "./example_server.ts";

const INVALID: [what: string, args: unknown[], error: RegExp][] = [
  ["nothing", [], /an id has/],
  ["no text", ["1"], /must be a string/],
  ["an id of another type", [1, "text"], /an id has/],
  ["an empty id", ["", "text"], /an id has/],
  ["a strange id", ["a b", "text"], /an id has/],
  ["text of another type", ["1", {}], /must be a string/],
  ["blank text", ["1", " \n"], /must not be empty/],
  ["too much text", ["1", "x".repeat(2001)], /at most 2000.*received 2001/],
];

const INVALID_MESSAGES = [
  new Uint8Array([1, 2]),
  "",
  "{",
  "null",
  "1",
  "[]",
  `{"type":"said","text":"forged"}`,
  `{"type":"roam_event","name":"said","data":{"text":"forged"}}`,
];

const INVALID_PRESENCE = [
  null,
  "typing",
  { isTyping: 1 },
  { name: "Ada", isTyping: true },
];

const INVALID_NAMES = ["", " ", "\u200b", "x".repeat(41)];

const INVALID_STATES = [
  null,
  "topic",
  {},
  { topic: 1 },
  { topic: "x".repeat(101) },
  { topic: "", more: 1 },
];

for (const runtime of RUNTIMES) {
  testRoom(
    `${runtime}: a room refuses what it can't read, and tells nobody`,
    runtime,
    async (join) => {
      const observer = await join("Ada");
      const sender = await join("Grace");
      for (const [what, args, error] of INVALID) {
        await assert.rejects(
          sender.client.call("say", args as [string, string]),
          error,
          what,
        );
      }
      for (const message of INVALID_MESSAGES) sender.client.send(message);
      for (const state of INVALID_STATES) {
        await assert.rejects(sender.client.setState(state as never), {
          code: "INVALID",
        });
      }
      // Under its own name, and typing only when it says so.
      for (const value of INVALID_PRESENCE) {
        sender.presence.set(value as never);
        const isTyping = Object(value).isTyping === true;
        await observer.sees([{ name: "Grace", isTyping }]);
      }
      await sender.client.call("say", ["1", " fine "]);
      assert.equal((await observer.next()).text, "fine");
      for (const name of INVALID_NAMES) {
        await assert.rejects(join(name), { code: 4000 });
      }
      sender.client.close();
      await observer.sees([]);
      assert.deepEqual(observer.client.state, { topic: "" });
      assert.deepEqual(observer.messages, []);
    },
  );

  testRoom(
    `${runtime}: what is said twice with one id is there once`,
    runtime,
    async (join) => {
      const ada = await join("Ada");
      await ada.client.call("say", ["1", "once"]);
      await ada.client.call("say", ["1", "once"]);
      await ada.client.call("say", ["2", "then"]);
      assert.equal((await ada.next()).text, "once");
      assert.equal((await ada.next()).text, "then");
      assert.deepEqual(texts(await join("Grace")), ["once", "then"]);
    },
  );

  testRoom(
    `${runtime}: a room keeps its last 200 messages for who comes late`,
    runtime,
    async (join) => {
      const { client } = await join("Ada");
      for (let n = 1; n <= 201; n++) {
        await client.call("say", [String(n), `message ${n}`]);
      }
      const late = await join("Grace");
      const said = texts(late);
      assert.equal(said.length, 200);
      assert.equal(said[0], "message 2");
      assert.equal(said[199], "message 201");
      await late.sees([{ name: "Ada", isTyping: false }]);
    },
  );
}

function texts({ welcome }: Guest): string[] {
  return welcome.history.map(({ text }) => text);
}

/** A test with a server, and a function that enters a room there. */
function testRoom(
  name: string,
  runtime: Runtime,
  run: (join: (name: string) => Promise<Guest>) => Promise<void>,
): void {
  test(name, async () => {
    const server = await ExampleServer.open(runtime, "chat");
    const guests: Guest[] = [];
    try {
      await run(async (name) => {
        const guest = new Guest(server.host, name);
        guests.push(guest);
        await guest.enter();
        return guest;
      });
    } finally {
      for (const { client } of guests) client.close();
      await server.close();
    }
  });
}

/** A client in a room, and what the room said to it. */
class Guest {
  readonly client: AgentClient<Chat, { topic: string }>;
  readonly presence: ReturnType<typeof presenceOf<Chat>>;
  /** What came besides events. */
  readonly messages: unknown[] = [];
  welcome!: { readonly history: readonly Said[] };
  #said: Said[] = [];
  #waiting: (() => void) | undefined;

  constructor(host: string, name: string) {
    const query = { name };
    const address = { agent: "ChatRoom", name: "room", host, query };
    this.client = new AgentClient({ ...address, messages: "plain" });
    this.presence = presenceOf<Chat>(this.client);
    this.client.addEventListener("message", ({ data }) => {
      this.messages.push(data);
    });
    this.client.on("said", (said) => {
      this.#said.push(said);
      this.#waiting?.();
    });
  }

  /** Rejects when the room does not want this guest. */
  async enter(): Promise<void> {
    const welcome = new Promise<Guest["welcome"]>((resolve) =>
      this.client.on("welcome", resolve)
    );
    await this.client.ready;
    this.welcome = await welcome;
    this.presence.set({ isTyping: false });
  }

  /** What is said next. */
  async next(): Promise<Said> {
    if (this.#said.length === 0) {
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
    return this.#said.shift()!;
  }

  /** Resolves when this is what the others show. */
  sees(shown: readonly Shown[]): Promise<void> {
    const { presence } = this;
    return new Promise((resolve) => {
      const look = () => {
        const seen = [...presence.others.values()];
        if (JSON.stringify(seen) === JSON.stringify(shown)) resolve();
      };
      presence.addEventListener("change", look);
      look();
    });
  }
}
