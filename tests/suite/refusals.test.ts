import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite("crowded");

async function refused(path: string): Promise<[number, string]> {
  const raw = await RawClient.open(server.server.host, path);
  raw.destroy();
  const response = await server.fetch(path);
  assert.equal(raw.status, response.status);
  return [response.status, await response.text()];
}

behaviour(
  "a wrong agent name is 400, an event, and one line that says which there are",
  async () => {
    for (let count = 0; count < 3; count++) {
      const answer = await refused("/agents/countr-agent/x?token=secret");
      assert.deepEqual(answer, [400, "Invalid request"]);
    }
    await server.event({ type: "refused", status: 400 });
    const line = await server.logged("countr-agent");
    assert.match(
      line,
      /^No agent "countr-agent" is served; there are: .*\becho-agent\b/,
    );
    assert.deepEqual(server.log("countr-agent"), [line]);
    assert.deepEqual(server.log("secret"), []);
  },
);

behaviour(
  "a name that is none is 400, and one line that does not tell the name",
  async () => {
    for (let count = 0; count < 3; count++) {
      const [status, text] = await refused(
        `/agents/echo-agent/${"n".repeat(300)}`,
      );
      assert.equal(status, 400);
      assert.equal(text, "name must be 1 to 256 bytes: received 300");
    }
    const line = await server.logged("received 300");
    assert.equal(
      line,
      "Refused a request for EchoAgent: name must be 1 to 256 bytes: received 300",
    );
    assert.deepEqual(server.log("received 300"), [line]);
    assert.deepEqual(server.log("nnn"), []);
  },
);

behaviour("the transport capnweb is refused, and named", async () => {
  const path = "/agents/echo-agent/x?__agents_transport=capnweb";
  const text = "The transport capnweb is not served: leave it out";
  assert.deepEqual(await refused(path), [400, text]);
  const line = await server.logged("capnweb");
  assert.equal(line, `Refused a request for EchoAgent: ${text}`);
  assert.deepEqual(server.log("capnweb"), [line]);
});

behaviour("the log has no more lines than an operator reads", async () => {
  for (let count = 0; count < 100; count++) {
    await refused(`/agents/flood-${count}/x`);
  }
  await server.logged("flood-");
  const lines = server.log("flood-");
  assert.ok(lines.length > 0 && lines.length <= 20, `${lines.length}`);
});
