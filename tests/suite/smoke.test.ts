import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const { open } = await suite().then((s) => ({ open: s.open.bind(s) }));

behaviour("echo", async () => {
  const client = await open("/agents/echo-agent/x");
  client.send("hello");
  assert.equal(await client.user(), "hello");
  assert.equal((await client.close(4001, "x")).code, 4001);
});
