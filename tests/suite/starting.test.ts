import assert from "node:assert/strict";
import { behaviour, runtime, suite } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

/** What a server prints that does not start. */
async function failure(profile: string): Promise<string> {
  const entry = "tests/fixtures/bad_server.ts";
  const objects = { EchoAgent: "EchoAgent" };
  try {
    const server = await start(runtime, { entry, profile, objects });
    await server.stop();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the server has started");
}

for (
  const [profile, received] of [
    ["plain", "received Plain, which does not"],
    ["undefined", "received undefined"],
    ["instance", "received object"],
  ]
) {
  behaviour(
    `what is no class of agents is refused at start (${profile})`,
    async () => {
      const printed = await failure(profile);
      assert.match(
        printed,
        /Cannot serve agent "\w*": its class must extend Agent: /,
      );
      assert.ok(printed.includes(received), printed);
    },
  );
}

behaviour(
  "on Workers a class without durable() is refused at start",
  async () => {
    assert.match(
      await failure("bare"),
      /Cannot serve agent "EchoAgent": its class must be wrapped for Workers: export const EchoAgent = durable\(…\)/,
    );
  },
  {
    deno: "durable() is for Workers",
    bun: "durable() is for Workers",
    node: "durable() is for Workers",
  },
);

behaviour(
  "on Workers a class of new_classes is told to be one of new_sqlite_classes",
  async () => {
    const server = await suite("", "tests/fixtures/bad_server.ts", [
      "EchoAgent",
    ], { oldObjects: true });
    const client = server.connect("/agents/echo-agent/old");
    assert.equal((await client.closed).code, 1011);
    await server.server.process.until(
      (line) =>
        /Cannot serve agent "EchoAgent": .* under new_sqlite_classes/.test(
          line,
        ) || undefined,
      "which migration the class needs",
    );
  },
  {
    deno: "durable() is for Workers",
    bun: "durable() is for Workers",
    node: "durable() is for Workers",
  },
);

behaviour("limits may be Infinity", async () => {
  const server = await suite("endless", "tests/fixtures/doors_server.ts", [
    "DoorAgent",
    "FaultsAgent",
  ]);
  const client = await server.open("/agents/door-agent/x");
  assert.match(await client.user() as string, /"data":null/);
  await client.close();
});

behaviour(
  "the log and the identity name the binding, also where a minifier has renamed the class",
  async () => {
    const server = await suite("", "tests/fixtures/bare_worker_server.ts", {
      ROOMS: "RoomAgent",
    }, { bundle: ["--minify"] });
    const client = await server.open("/agents/rooms/x?_pk=me");
    assert.match(await client.next() as string, /"agent":"rooms"/);
    client.send("one");
    await server.server.process.until(
      (line) => line.includes("Agent ROOMS on me:") || undefined,
      "which agent failed",
    );
    await client.close();
  },
);
