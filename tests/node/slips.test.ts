import assert from "node:assert/strict";
import { test } from "node:test";
import { serve } from "./serve.ts";

test("listen() with a port in place of options says how to give one", async () => {
  const { process } = await serve("slips");
  for (const received of ["number", "string"]) {
    await process.until((line) =>
      line ===
          `Cannot listen: options must be an object, as in listen({ port: 3000 }): received ${received}`
        ? line
        : undefined, received);
  }
  const warning = 'did you mean "hostname"?';
  await process.until(
    (line) => line.includes(warning) ? line : undefined,
    warning,
  );
});

test("handle() of an app, and a middleware that hands over Node's request, say what to do", async () => {
  const { process } = await serve("slips");
  const said = [
    ...["function", "object", "null"].map((received) =>
      `Cannot handle a server: it must be one of node:http or node:https, as in agents.handle(createServer(app)): received ${received}`
    ),
    ...["route", "fetch"].map(() =>
      "Cannot answer a request of Node's own: take agents.handle(server) in place of a middleware"
    ),
  ];
  for (const line of said) {
    await process.until((printed) => printed === line ? line : undefined, line);
  }
});

for (
  const [path, received] of [
    ["nothing", "undefined"],
    ["nothing/late", "undefined"],
    ["null", "undefined"],
    ["null/late", "null"],
    ["object", "object"],
    ["text/late", "string"],
  ]
) {
  test(`a fallback that answers with no Response (${path}) is 500, and the log says why`, async () => {
    const { host, process } = await serve("slips");
    const answer = await fetch(`http://${host}/${path}`);
    assert.equal(answer.status, 500);
    assert.equal(await answer.text(), "Internal Server Error");
    const why = `must return a Response: received ${received}`;
    await process.until((line) => line.includes(why) ? line : undefined, why);
  });
}
