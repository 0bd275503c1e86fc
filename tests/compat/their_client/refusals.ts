import assert from "node:assert/strict";
import { once } from "../../support/clients/events.ts";
import { joinTold } from "./told.ts";
import { ask, message, state, theirs } from "./visit.ts";

theirs(
  "validateStateChange: a refusal says State update rejected, nothing more, and the true state follows",
  async (visit) => {
    const { client, updates, errors } = await joinTold(visit);
    const { updates: others, client: other } = await joinTold(visit);
    client.setState({ forbidden: true });
    await ask(client, "get");
    assert.deepEqual(errors, ["State update rejected"]);
    assert.deepEqual(updates.slice(1), [
      [{ forbidden: true }, "client"],
      [{ count: 0 }, "server"],
    ]);
    await ask(other, "get");
    assert.deepEqual(others.length, 1);
  },
);

theirs(
  "shouldConnectionBeReadonly: writes are refused with Connection is readonly, and taken back",
  async (visit) => {
    const { client, errors } = await joinTold(visit, {
      query: { readonly: "1" },
    });
    for (let at = 0; at < 3; at++) client.setState({ mine: at });
    assert.deepEqual(await ask(client, "get"), { count: 0 });
    assert.deepEqual(errors, Array(3).fill("Connection is readonly"));
    assert.deepEqual(client.state, { count: 0 });
  },
);

theirs(
  "shouldConnectionBeReadonly: calls that change the state fail, others work, and changes arrive",
  async (visit) => {
    const { client, updates } = await joinTold(visit, {
      query: { readonly: "1" },
    });
    await assert.rejects(client.call("put", [1]), {
      message: "Connection is readonly",
    });
    assert.deepEqual(await client.call("read"), { count: 0 });
    const other = await visit.join("RoomAgent");
    other.setState({ by: "other" });
    await ask(other, "get");
    await ask(client, "get");
    assert.deepEqual(updates.at(-1), [{ by: "other" }, "server"]);
  },
);

theirs(
  "setConnectionReadonly(): holds until it is changed, and is decided anew for another connection",
  async (visit) => {
    const { client, errors } = await joinTold(visit);
    const other = await visit.join("RoomAgent");
    await ask(other, "readonly", client.id, true);
    client.setState({ refused: true });
    assert.deepEqual(await ask(client, "get"), { count: 0 });
    await ask(other, "readonly", client.id, false);
    client.setState({ refused: false });
    assert.deepEqual(await ask(client, "get"), { refused: false });
    await ask(other, "readonly", client.id, true);
    client.reconnect();
    await client.ready;
    client.setState({ again: true });
    assert.deepEqual(await ask(client, "get"), { again: true });
    assert.deepEqual(errors, ["Connection is readonly"]);
  },
);

theirs(
  "shouldSendProtocolMessages: without them there is no frame, and calls, state frames and broadcasts work",
  async (visit) => {
    const quiet = visit.client("RoomAgent", { query: { no_protocol: "1" } });
    const frames: unknown[] = [];
    quiet.addEventListener(
      "message",
      (event) => frames.push((event as MessageEvent).data),
    );
    await once(quiet, "open");
    const other = await visit.join("RoomAgent");
    assert.deepEqual(await quiet.call("put", [{ by: "call" }]), { by: "call" });
    quiet.setState({ by: "quiet" });
    await state(other, (state) => (state as { by?: string }).by === "quiet");
    const heard = message(quiet, (data) => data === "after");
    await ask(other, "setThenBroadcast", { by: "other" });
    await heard;
    assert.deepEqual(await ask(quiet, "get"), { by: "other" });
    assert.deepEqual([quiet.identified, quiet.state], [false, { by: "quiet" }]);
    // Its answers, the two broadcasts, and not one frame of the library.
    assert.equal(frames.length, 4);
    assert.deepEqual(frames.slice(1, 3), ["before", "after"]);
  },
);

theirs(
  "shouldSendProtocolMessages: is asked anew for each connection",
  async (visit) => {
    let attempts = 0;
    const client = visit.client("RoomAgent", {
      query: () => ++attempts === 1 ? { no_protocol: "1" } : {},
    });
    assert.deepEqual(await client.call("read"), { count: 0 });
    assert.deepEqual([client.identified, client.state], [false, undefined]);
    client.reconnect();
    await client.ready;
    assert.deepEqual(client.state, { count: 0 });
  },
);

theirs(
  "connection.state: does not show that a client is readonly, or gets no frames, and does not change it",
  async (visit) => {
    const client = visit.client("RoomAgent", {
      query: { readonly: "1", no_protocol: "1" },
    });
    assert.deepEqual(await ask(client, "flags"), [true, false]);
    assert.deepEqual(await ask(client, "keep", "a"), ["a"]);
    assert.deepEqual(await ask(client, "keep", "b"), ["a", "b"]);
    assert.deepEqual(await ask(client, "flags"), [true, false]);
    await assert.rejects(client.call("put", [1]), {
      message: "Connection is readonly",
    });
  },
);
