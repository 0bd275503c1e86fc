import assert from "node:assert/strict";
import { callsOf, openCaller } from "../support/clients/calls_agent.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const calls = callsOf(server);

calls(
  "a cancelled call is answered at once, and its signal fires",
  async (caller, name) => {
    const call = caller.start("wait", ["gate"]);
    await server.noted("waiting", name, "gate");
    caller.cancel("no-such-call");
    caller.cancel(call.id);
    const { code, error, success } = await call.done;
    assert.deepEqual([success, code, error], [
      false,
      "CANCELLED",
      "Call cancelled",
    ]);
    await server.noted("aborted", name, "gate");
    // Its result comes too late, and so does another cancel.
    await caller.call("open", "gate");
    caller.cancel(call.id);
    await caller.call("nothingLater");
    assert.equal(call.frames.length, 1);
  },
);

calls("cancelling a call leaves the others alone", async (caller, name) => {
  const [one, other] = ["one", "other"].map((gate) =>
    caller.start("wait", [gate])
  );
  await server.noted("waiting", name, "other");
  caller.cancel(one.id);
  assert.equal((await one.done).code, "CANCELLED");
  await caller.call("open", "other");
  assert.equal((await other.done).result, "opened other");
});

calls(
  "a call that is cancelled while its arguments are checked does not run",
  async (caller, name) => {
    const text = `await ${name}`;
    const call = caller.start("checkedLater", [text]);
    await server.noted("checking", text);
    caller.cancel(call.id);
    assert.equal((await call.done).code, "CANCELLED");
    await caller.call("checkedLater", `let ${name}`);
    await caller.call("checkedLater", "afterwards");
    await server.noted("checked", name, "afterwards");
    const ran = server.notes(name).filter(([kind]) => kind === "checked");
    assert.deepEqual(ran, [["checked", `let ${name}`], [
      "checked",
      "afterwards",
    ]]);
  },
);

calls(
  "a cancel frame never reaches onMessage, and one without an id does",
  async (caller) => {
    caller.cancel("x");
    caller.client.send('{"type":"roam_cancel"}');
    await caller.call("nothing");
    assert.deepEqual(caller.log.slice(0, -1), [
      'message {"type":"roam_cancel"}',
    ]);
  },
);

behaviour(
  "a client that leaves aborts what it has called, and nobody else's",
  async () => {
    const name = server.name("calls");
    const [caller, other] = [
      await openCaller(server, name),
      await openCaller(server, name),
    ];
    caller.start("wait", ["mine"]);
    const others = other.start("wait", ["others"]);
    await server.noted("waiting", name, "mine");
    await server.noted("waiting", name, "others");
    await caller.close();
    await server.noted("aborted", name, "mine");
    await other.call("open", "others");
    assert.equal((await others.done).result, "opened others");
    assert.ok(
      !server.notes(name).some(([kind, gate]) =>
        kind === "aborted" && gate === "others"
      ),
    );
    await other.close();
  },
);

behaviour("a call may close its own connection", async () => {
  const caller = await openCaller(server);
  caller.start("closeMe");
  assert.deepEqual((await caller.client.closed).code, 4009);
  assert.deepEqual(caller.log, []);
});

calls("calls with one id all run and are all answered", async (caller) => {
  const frame = JSON.stringify({
    args: ["x", 5],
    id: "same",
    method: "later",
    type: "rpc",
  });
  const call = caller.expect("same");
  for (let at = 0; at < 3; at++) caller.client.send(frame);
  await call.until(3);
  assert.ok(call.frames.every(({ result }) => result === "x"));
});

calls(
  "more than 1,000 calls at the same time are refused, until one is done",
  async (caller, name) => {
    const running = Array.from(
      { length: 1000 },
      (_, at) => caller.start("wait", [`${at}`]),
    );
    await server.noted("waiting", name, "999");
    const { code, error } = await caller.call("add", 1, 2);
    assert.equal(code, "TOO_MANY_CALLS");
    assert.equal(error, "Too many calls at the same time: at most 1000");
    // A cancelled one runs on, and counts.
    caller.cancel(running[0].id);
    assert.equal((await running[0].done).code, "CANCELLED");
    assert.equal((await caller.call("add", 1, 2)).code, "TOO_MANY_CALLS");
    const other = await openCaller(server, name);
    assert.equal((await other.call("add", 1, 2)).result, 3);
    await other.call("open", "0");
    assert.equal((await caller.call("add", 1, 2)).result, 3);
    await other.close();
  },
);

calls("10,000 calls in a row are all answered", async (caller) => {
  const answers = await Promise.all(
    Array.from({ length: 10_000 }, (_, at) => caller.call("add", at, 1)),
  );
  answers.forEach(({ result }, at) => assert.equal(result, at + 1));
});
