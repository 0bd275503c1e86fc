import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite("guarded");
const { host } = server.server;
const path = (name: string, query: string) =>
  `/api/v1/hooks-agent/${name}?${query}`;
const answer = (name: string, act: string) =>
  path(name, `answer=${encodeURIComponent(act)}`);

/** Sent more than once, one after another and at the same time. */
async function ask(url: string): Promise<Response[]> {
  const first = await server.fetch(url);
  await first.text();
  return await Promise.all([1, 2].map(() => server.fetch(url)));
}

for (
  const [what, query] of [
    ["onRequest returns a Response that it has returned before", "answer=kept"],
    ["onRequest returns a Response that was read", "answer=read"],
    ["onRequest returns Response.error()", "answer=error"],
    ["onBeforeRequest returns a Response again", "refuse_kept"],
  ] as const
) {
  behaviour(
    `${what}: it is answered, with 500 where it can't be sent, and that tells nothing and ends nothing`,
    async () => {
      const name = server.name("answer");
      for (const response of await ask(path(name, query))) {
        const text = await response.text();
        // Some runtimes can send a text again.
        if (response.status === 500) {
          assert.equal(text, "Internal Server Error");
        } else assert.match(text, /^(kept|no entry)$/);
      }
      const response = await server.fetch(answer(name, "fine"));
      assert.equal(await response.text(), "fine");
    },
    { memory: "in memory nothing is on a wire" },
  );
}

for (const what of ["nothing", "null", "object"]) {
  behaviour(
    `a fallback that returns ${what}, and no Response: that is answered with 500, and ends nothing`,
    async () => {
      const response = await server.fetch(`/${what}`);
      const text = await response.text();
      assert.equal(response.status, 500);
      assert.doesNotMatch(text, /fixtures/);
      const fine = await server.fetch(answer(server.name(), "fine"));
      assert.equal(await fine.text(), "fine");
    },
    { memory: "in memory nothing is on a wire" },
  );
}

for (
  const act of ["fails", "fails with undefined", "fails at once with undefined"]
) {
  behaviour(
    `an answer whose stream ${act} ends, and the client hears that it is not whole`,
    async () => {
      const name = server.name("answer");
      const text = await RawClient.exchange(
        host,
        `GET ${answer(name, act)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        (answers) => answers.includes("\r\n0\r\n\r\n"),
      );
      assert.doesNotMatch(text, /secret|\r\n0\r\n\r\n|content-length/i);
    },
  );
}

behaviour(
  "fetch and route of an entry declare the request: Deno.serve() has none for a handler without parameters",
  async () => {
    const response = await server.fetch("/parameters");
    for (const count of await response.json()) assert.ok(count >= 1);
  },
);
