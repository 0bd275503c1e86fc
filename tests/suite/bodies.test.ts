import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, hops, runtime, suite } from "../support/suite.ts";

const server = await suite();
const { host } = server.server;
const path = (name: string, body: string) =>
  `/agents/hooks-agent/${name}?body=${encodeURIComponent(body)}`;

/** An upload and, in the same piece, a request behind it. */
function upload(name: string, body: string, bytes: number): string {
  return `POST ${path(name, body)} HTTP/1.1\r\nHost: ${host}\r\n` +
    `Content-Length: ${bytes}\r\n\r\n${"x".repeat(bytes)}` +
    `GET ${path(name, "")} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
}

function statuses(answers: string): number[] {
  return Array.from(
    answers.matchAll(/HTTP\/1\.1 (\d+) /g),
    ([, status]) => Number(status),
  );
}

for (
  const [act, bytes] of [
    ["cancelled", 1_000_000],
    ["locked", 1_000_000],
    ["begun", 1_000_000],
    ["released", 1_000_000],
    ["begun and cancelled", 1_000_000],
    ["teed", 1_000_000],
    ["cloned", 1_000_000],
    ["begun", 5_000_000],
  ] as const
) {
  behaviour(
    `a body of ${bytes} bytes that an app has ${act} when it answers ends nothing, and does not have the next request of its connection wait`,
    async () => {
      const name = server.name("body");
      // Where the connection does not end, all of it comes.
      const answers = await RawClient.exchange(
        host,
        upload(name, act, bytes),
        (answers) => statuses(answers).length === 2,
      );
      // Bun ends a connection whose next request comes before an answer that takes a while.
      if (runtime === "node" || (runtime === "bun" && !hops)) {
        assert.deepEqual(statuses(answers), [200, 200]);
      }
      const response = await server.fetch(path(name, ""));
      assert.equal(response.status, 200);
      await response.text();
    },
  );
}

for (const act of ["read on", "read late", "read slowly"]) {
  behaviour(
    `an app that has a reader when it answers may ${act}: it gets all of the body, and the next request its answer, or an error where the runtime ends the body`,
    async () => {
      const name = server.name("body");
      const bytes = 3_000_000;
      const answers = await RawClient.exchange(
        host,
        upload(name, act, bytes),
        (answers) => statuses(answers).length === 2,
      );
      const [, end] = await server.noted("body", name);
      if (runtime === "node" && !hops) {
        assert.deepEqual(statuses(answers), [200, 200]);
        assert.equal(end, bytes);
      } else if (end !== bytes) assert.match(`${end}`, /\w*Error|BadResource/);
    },
  );
}
