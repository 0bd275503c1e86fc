import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const path = () => `/agents/seed-agent/${server.name()}`;

behaviour(
  "the page's agent closes with 4000 Unauthorized where there is no Authorization header",
  async () => {
    const client = server.connect(path());
    assert.deepEqual(await client.closed, {
      code: 4000,
      reason: "Unauthorized",
      wasClean: true,
    });
    assert.deepEqual(await client.rest(), []);
  },
);

behaviour(
  "the page's agent echoes text and bytes, logs the peer's code, and may close in onClose",
  async () => {
    const client = await server.open(path(), { Authorization: "Bearer x" });
    client.send("hello");
    assert.equal(await client.user(), "hello");
    client.send(new Uint8Array([1, 2]));
    assert.deepEqual(
      new Uint8Array(await client.user() as ArrayBuffer),
      new Uint8Array([1, 2]),
    );
    assert.deepEqual(await client.close(4321, "bye"), {
      code: 4321,
      reason: "bye",
      wasClean: true,
    });
    await server.server.process.until(
      (line) => line === "WS closed: 4321 - bye - wasClean: true" || undefined,
      "that the page's onClose ran",
    );
    assert.equal(server.events({ type: "failed" }), 0);
  },
);
