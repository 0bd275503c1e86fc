import assert from "node:assert/strict";
import { test } from "node:test";
import { once, until } from "../../support/clients/events.ts";
import { testSilence, visits } from "./visit.ts";

/** What the class Board of Cloudflare's SDK has as its state. */
interface BoardState {
  title: string;
  cards: { id: number; text: string; done: boolean }[];
  updatedBy: string | null;
}

const server = await visits();
const fresh: BoardState = { title: "Untitled", cards: [], updatedBy: null };

/** A client at a board, which has seen the state, and what it is told. */
async function board(name: string, query: Record<string, string> = {}) {
  const updates: [title: string | undefined, source: string][] = [];
  const refusals = new EventTarget();
  const client = server.client<BoardState>("Board", name, {
    query,
    onStateUpdate: (state, source) => updates.push([state?.title, source]),
    onStateUpdateError: (data) =>
      refusals.dispatchEvent(new MessageEvent("refusal", { data })),
  });
  await until(client, () => client.state !== undefined);
  await client.call("nothing");
  updates.length = 0;
  return {
    client,
    updates,
    refusal: () => once<MessageEvent>(refusals, "refusal"),
  };
}

test("AgentClient: the state is there, and follows the server's changes", async () => {
  const { client, updates } = await board("server");
  assert.deepEqual(client.state, fresh);
  assert.equal(await client.call("addCard", ["one"]), 1);
  assert.equal(client.state?.cards[0].text, "one");
  assert.equal(client.state?.updatedBy, client.id);
  assert.deepEqual(updates, [["Untitled", "server"]]);
});

test("AgentClient: setState() is seen at once, by the others soon, and kept", async () => {
  const { client, updates } = await board("both");
  const { client: other, updates: heard } = await board("both");
  const written = client.setState({ ...fresh, title: "Plans" });
  assert.equal(client.state?.title, "Plans");
  await written;
  await until(other, () => other.state?.title === "Plans");
  assert.deepEqual(updates, [["Plans", "client"]]);
  assert.deepEqual(heard, [["Plans", "server"]]);
  await client.setState((board) => ({ ...board, title: `${board.title}!` }));
  await until(other, () => other.state?.title === "Plans!");
  const { client: later } = await board("both");
  assert.equal(later.state?.title, "Plans!");
});

test("AgentClient: a write that validateStateChange() refuses is taken back", async () => {
  const { client, refusal, updates } = await board("refused");
  const { client: other } = await board("refused");
  await other.call("rename", ["Good"]);
  await until(client, () => client.state?.title === "Good");
  updates.length = 0;
  const refused = refusal();
  client.setState({ ...fresh, title: "x".repeat(21) });
  assert.equal((await refused).data, "State update rejected");
  assert.equal(client.state?.title, "Good");
  assert.deepEqual(updates, [["x".repeat(21), "client"], ["Good", "server"]]);
  await client.setState({ ...fresh, title: "Better" });
  await until(other, () => other.state?.title === "Better");
});

test("AgentClient: a readonly client's writes are taken back, and its calls fail that write", async () => {
  const { client: other } = await board("readonly");
  const { client, refusal } = await board("readonly", { mode: "view" });
  const refused = refusal();
  client.setState({ ...fresh, title: "Mine" });
  assert.equal((await refused).data, "Connection is readonly");
  assert.equal(client.state?.title, "Untitled");
  await assert.rejects(client.call("rename", ["Mine"]), {
    message: "Connection is readonly",
  });
  assert.deepEqual(await client.call("permissions"), { canEdit: false });
  await other.call("rename", ["Ours"]);
  await until(client, () => client.state?.title === "Ours");
});

test("AgentClient: a state that is null is null, and one that is undefined is not there", async () => {
  const client = await server.ready<null>("DeviceAgent", "null");
  assert.equal(client.state, undefined);
  client.send("null");
  await until(client, () => client.state === null);
  const later = server.client<null>("DeviceAgent", "null");
  await until(later, () => later.state === null);
});

test("AgentClient: a write made offline is dropped when others wrote meanwhile, and sent when nobody did", async () => {
  const { client } = await board("offline");
  const { client: other } = await board("offline");
  const lost = once(client, "close");
  client.close();
  await lost;
  await other.call("rename", ["Theirs"]);
  client.reconnect();
  const mine = client.setState({ ...fresh, title: "Mine" });
  await assert.rejects(mine, { code: "CONFLICT" });
  assert.equal(client.state?.title, "Theirs");
  client.reconnect();
  await client.setState({ ...fresh, title: "Mine after all" });
  await until(other, () => other.state?.title === "Mine after all");
});

testSilence(server);
