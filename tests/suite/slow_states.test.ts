import assert from "node:assert/strict";
import { after } from "node:test";
import { type Spy, spyOn } from "../client/behaviours/spy.ts";
import { AgentClient } from "../../client.ts";
import { FaultProxy } from "../support/network/fault_proxy.ts";
import { behaviour, suite } from "../support/suite.ts";

/** Bytes of the state. */
const SIZE = 300_000;
const CHANGES = 50;
const untold = "the runtime does not tell how much is unsent";
const wire = { memory: "in memory nothing is on a wire" };

const entry = "tests/fixtures/links_server.ts";
const server = await suite("default", entry, ["LinksAgent"]);
const proxy = await FaultProxy.start(server.server.host);
after(() => proxy.stop());

/** What became of a client whose link takes less than two states a second, while the state changed ten times. */
interface Course {
  /** The frames about the state that it was sent, by their lengths. */
  readonly frames: readonly number[];
  /** As many of them, up to the moment of the last change. */
  readonly before: number;
  /** The most that waited for its socket, at any change. */
  readonly buffered: number;
}

/** Has the state change by `command`, which gets the number of each change, until the client that `connect` makes has the last. */
async function course(
  command: string,
  connect: (name: string, spy: Spy) => { close(): void },
): Promise<Course> {
  const name = server.name("slow");
  const writer = await server.open(`/agents/links-agent/${name}`);
  const ask = async (question: string, answer: string): Promise<string> => {
    writer.send(question);
    while (true) {
      const text = await writer.user() as string;
      if (text.startsWith(answer)) return text;
    }
  };
  writer.send(`${command} 0 ${SIZE}`);
  await ask("begun", "begun");
  proxy.rate = 500_000;
  const spy = spyOn(WebSocket);
  const client = connect(name, spy);
  await server.event({ type: "connected", name, connection: "slow" });
  const frames = () => spy.received.filter((data) => stateIn(data) >= 0);
  let buffered = 0;
  for (let at = 1; at <= CHANGES; at++) {
    writer.send(`${command} ${at} ${SIZE}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const answer = await ask("buffered", "buffered");
    buffered = Math.max(buffered, Number(answer.split(" ")[1]));
  }
  const before = frames().length;
  // What the system has taken is on its way. Nobody has to wait for it.
  proxy.rate = Infinity;
  await spy.until(() => spy.received.some((data) => stateIn(data) === CHANGES));
  assert.equal(server.events({ type: "cut", name }), 0);
  client.close();
  await writer.close();
  const lengths = frames().map((data) => String(data).length);
  return { frames: lengths, before, buffered };
}

/** The number of the change that a frame tells of, or -1. */
function stateIn(data: unknown): number {
  const text = String(data);
  const [, number] = /^\{"state":\{"at":(\d+)/.exec(text) ??
    /^\{"type":"roam_state_patch".*\["at"\],(\d+)/.exec(text) ?? [];
  return Number(number ?? -1);
}

function ours(name: string, { WebSocket }: Spy): AgentClient {
  const { host } = proxy;
  return new AgentClient({
    agent: "LinksAgent",
    name,
    host,
    id: "slow",
    WebSocket,
  });
}

function base(name: string, { WebSocket }: Spy): WebSocket {
  const path = `/agents/links-agent/${name}?_pk=slow`;
  return new WebSocket(`ws://${proxy.host}${path}`);
}

behaviour(
  "a client behind a slow link is sent a large state once, and then its changes",
  async () => {
    const { frames, before } = await course("state", ours);
    const late = frames.slice(before);
    // One is on its way, if there is any, and one takes the place of all others.
    assert.ok(sum(late) <= SIZE * 2.1, `${late} bytes after the last change`);
    assert.ok(sum(frames) <= SIZE * 5, `${frames} bytes`);
  },
  wire,
);

behaviour(
  "where all of a large state changes, a slow client is sent some of the states, and no more than four of them wait",
  async () => {
    const { frames, buffered } = await course("whole", ours);
    assert.ok(frames.length < CHANGES, `${frames.length} states`);
    assert.ok(buffered < SIZE * 4, `${buffered} bytes waited`);
  },
  wire,
);

behaviour(
  "a slow base client is sent some of the states, and no more than four of them wait",
  async () => {
    const { frames, buffered } = await course("state", base);
    assert.ok(frames.length < CHANGES, `${frames.length} states`);
    assert.ok(buffered < SIZE * 4, `${buffered} bytes waited`);
  },
  { ...wire, workerd: untold },
);

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}
