import assert from "node:assert/strict";
import { Caller } from "../support/clients/caller.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite("default", "tests/fixtures/doors_server.ts", [
  "DoorAgent",
  "FaultsAgent",
]);
const path = (name: string) => `/agents/faults-agent/${name}`;

for (const how of ["count", "push", "assign", "remove"]) {
  behaviour(
    `a write to this.state itself says to use setState (${how})`,
    async () => {
      const name = server.name();
      const caller = await Caller.open(server, path(name));
      await assert.rejects(
        caller.call(how).then((answer) => {
          if (!answer.success) throw new Error(answer.error);
        }),
        /use this\.setState\(\)/,
      );
      caller.client.send(how);
      const isAdvice = /use this\.setState\(\)/;
      // Of the call, and of the message; the stack says it too, which loggers print.
      for (let count = 0; count < 2; count++) {
        const [, message, isInStack] = await server.noted("error", name);
        assert.match(String(message), isAdvice);
        assert.equal(isInStack, true);
      }
      const { result } = await caller.call("plain").then(
        () => ({ result: "lives" }),
      );
      assert.equal(result, "lives");
      await caller.close();
    },
  );
}

const noSystem = {
  workerd: "no files and sockets of the system on Workers",
};

for (const how of ["file", "socket", "query"]) {
  behaviour(
    `what the system throws stays on the server (${how})`,
    async () => {
      const name = server.name();
      const caller = await Caller.open(server, path(name));
      const { error, code } = await caller.call(how);
      assert.deepEqual([error, code], ["Internal error", "FAILED"]);
      const [, message] = await server.noted("error", name);
      assert.match(String(message), /secret|no such table/);
      await caller.close();
    },
    how === "query" ? {} : noSystem,
  );
}

behaviour(
  "a thousand errors of all kinds: no stack and no path of the system reaches a client",
  async () => {
    const caller = await Caller.open(server, path(server.name()));
    const kinds = [
      "count",
      "push",
      "file",
      "socket",
      "query",
      "plain",
      "module",
      "several",
      "recursion",
      "nothing",
      "parse",
      "traced",
      "caused",
    ];
    for (let count = 0; count < 1000; count++) {
      const kind = kinds[count % kinds.length];
      const answer = await caller.call(kind);
      assert.equal(answer.success, false, kind);
      assert.doesNotMatch(
        JSON.stringify(answer),
        /\/srv\/|file:|\bat .*:\d+:\d+|passwords/,
        `${kind}: ${answer.error}, ${answer.code}`,
      );
    }
    await caller.close();
  },
);

behaviour("what the app throws reaches the client", async () => {
  const caller = await Caller.open(server, path(server.name()));
  const { error, code } = await caller.call("plain");
  assert.deepEqual([error, code], ["Sold out", "FAILED"]);
  await caller.close();
});
