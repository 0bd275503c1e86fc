import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const guarded = await suite("guarded");
const ending = await suite();

behaviour("GET /agents/_health says that the process serves", async () => {
  const answer = await server.fetch("/agents/_health");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const { ok, state } = await answer.json();
  assert.deepEqual({ ok, state }, { ok: true, state: "live" });
  const head = await server.fetch("/agents/_health", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

behaviour("_health stands behind the prefix, and nowhere else", async () => {
  const answer = await guarded.fetch("/api/v1/_health");
  assert.equal((await answer.json()).ok, true);
  for (const path of ["/agents/_health", "/_health", "/api/v1/_health/x"]) {
    const { status, body } = await guarded.fetch(path);
    await body?.cancel();
    assert.notEqual(status, 200);
  }
  const posted = await server.fetch("/agents/_health", { method: "POST" });
  assert.equal(posted.status, 404);
  await posted.body?.cancel();
});

behaviour("_health answers 503 when the process has closed", async () => {
  const closed = await ending.fetch("/close");
  assert.equal(await closed.text(), "closed");
  const answer = await ending.fetch("/agents/_health");
  assert.equal(answer.status, 503);
  assert.equal((await answer.json()).ok, false);
}, { workerd: "the platform ends Durable Objects, not the Worker" });
