import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();

for (const act of ["throw", "reject", "late", "undefined"]) {
  behaviour(
    `onMessage that fails (${act}) goes to onError once, and the connection lives on`,
    async () => {
      const name = server.name("hooks");
      const path = `/agents/hooks-agent/${name}`;
      const client = await server.open(`${path}?message=${act}&_pk=me`);
      const other = await server.open(path);
      client.send("one");
      client.send("two");
      const message = act === "undefined"
        ? "(undefined)"
        : "Error: secret of message";
      await server.noted("message", name, "me", "two");
      await server.noted("error", name, "me", message);
      other.send("fine");
      assert.equal(await other.user(), "fine");
      await client.close(4000);
      await server.noted("close", name, "me", 4000);
      const errors = server.notes(name).filter(([kind]) => kind === "error");
      assert.deepEqual(errors, Array(2).fill(["error", "me", message]));
      assert.deepEqual(
        (await client.rest()).filter((text) => `${text}`.includes("secret")),
        [],
      );
      assert.equal(
        server.events({ type: "failed", stage: "onMessage", name }),
        2,
      );
    },
  );

  behaviour(`onClose that fails (${act}) goes to onError once`, async () => {
    const name = server.name("hooks");
    const client = await server.open(
      `/agents/hooks-agent/${name}?close=${act}&_pk=me`,
    );
    await client.close();
    await server.noted("error", name, "me");
    assert.equal(
      (await server.fetch(`/agents/hooks-agent/${name}`)).status,
      200,
    );
    assert.equal(
      server.notes(name).filter(([kind]) => kind === "error").length,
      1,
    );
  });

  behaviour(
    `onError that fails (${act}) is reported, and that is all`,
    async () => {
      const name = server.name("hooks");
      const client = await server.open(
        `/agents/hooks-agent/${name}?message=throw&error=${act}`,
      );
      client.send("one");
      await server.event({ type: "failed", stage: "onError", name });
      client.send("two");
      await client.close();
      await server.noted("close", name);
      assert.equal(
        server.notes(name).filter(([kind]) => kind === "error").length,
        2,
      );
    },
  );

  behaviour(
    `onRequest that fails (${act}) answers 500 without a word about why`,
    async () => {
      const name = server.name("hooks");
      const response = await server.fetch(
        `/agents/hooks-agent/${name}?request=${act}`,
      );
      assert.deepEqual([response.status, await response.text()], [
        500,
        "Internal Server Error",
      ]);
      await server.noted("error", name, null);
      assert.equal(
        server.notes(name).filter(([kind]) => kind === "error").length,
        1,
      );
    },
  );
}

behaviour(
  "onRequest that returns no Response answers 500, and onError is told",
  async () => {
    const name = server.name("hooks");
    const response = await server.fetch(
      `/agents/hooks-agent/${name}?request=number`,
    );
    assert.equal(response.status, 500);
    const [, , error] = await server.noted("error", name, null);
    assert.match(String(error), /onRequest must return a Response/);
  },
);

for (const act of ["throw", "reject", "undefined", "late"]) {
  behaviour(
    `onStart that fails (${act}) refuses who waits, and is tried again by the next`,
    async () => {
      const name = server.name(`start-${act}-1`);
      const path = `/agents/hooks-agent/${name}`;
      const first = server.connect(path);
      assert.deepEqual((await first.closed).code, 1011);
      assert.deepEqual(await first.rest(), []);
      const second = await server.open(path);
      second.send("started");
      assert.equal(await second.user(), "started");
      await server.noted("message", name);
      const kinds = server.notes(name).map(([kind]) => kind);
      assert.deepEqual(kinds, [
        "start",
        "error",
        "start",
        "connect",
        "message",
      ]);
      await second.close();
    },
  );

  behaviour(
    `onStart that fails (${act}) answers a request with 500`,
    async () => {
      const name = server.name(`start-${act}-1`);
      const path = `/agents/hooks-agent/${name}`;
      const first = await server.fetch(path);
      assert.deepEqual([first.status, await first.text()], [
        500,
        "internal error",
      ]);
      const second = await server.fetch(path);
      assert.deepEqual([second.status, await second.text()], [200, "here"]);
    },
  );
}

behaviour(
  "concurrent first requests share one start, which comes before anything else",
  async () => {
    const name = server.name("start-wait");
    const path = `/agents/hooks-agent/${name}`;
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, at) => server.open(`${path}?_pk=c${at}`)),
    );
    for (const client of clients) client.send("early");
    const request = server.fetch(path);
    await server.noted("waiting", name, "start");
    assert.deepEqual(server.notes(name).map(([kind]) => kind), [
      "start",
      "waiting",
    ]);
    // Nothing reaches the instance by way of its hooks before it has started.
    await server.release(name);
    for (const client of clients) assert.equal(await client.user(), "early");
    assert.equal(await (await request).text(), "here");
    assert.equal(
      server.notes(name).filter(([kind]) => kind === "start").length,
      1,
    );
  },
);

behaviour("an onError with one parameter gets the error in it", async () => {
  const name = server.name("old");
  const client = await server.open(`/agents/old-errors-agent/${name}`);
  client.send("x");
  await server.noted("error", name, "Error: of a message");
  await client.close();
});
