import { once, until } from "../../support/clients/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import { check, equal, rejects, throws } from "./expect.ts";

for (const code of [1008, 4000, 4001, 4999]) {
  behaviour(`Close code ${code} of the agent is final`, async (bench) => {
    const told: unknown[] = [];
    const client = bench.client("CommandAgent", {
      onConnectionError: (error) => told.push([error.code, error.reason]),
    });
    await client.ready;
    const closed = once<CloseEvent>(client, "close");
    client.send(JSON.stringify(["close", null, code, "not you"]));
    const event = await closed;
    equal([event.code, event.reason], [code, "not you"]);
    equal(client.status, "closed");
    equal(client.connectionError?.code, code);
    equal(told, [[code, "not you"]]);
    await rejects(client.ready, {
      name: "AgentConnectionError",
      code,
      reason: "not you",
    });
  });
}

for (const code of [1000, 1011, 1012, 1013, 3000]) {
  behaviour(
    `Close code ${code} of the agent brings the client back`,
    async (bench) => {
      const client = bench.client("CommandAgent", { id: "me" });
      await client.ready;
      const closed = once<CloseEvent>(client, "close");
      client.send(JSON.stringify(["close", null, code, "again"]));
      equal((await closed).code, code);
      equal(client.status, "reconnecting");
      await client.ready;
      equal(await answer(client, "list"), ["me"]);
    },
  );
}

behaviour(
  "shouldReconnectOnClose() makes another code final",
  async (bench) => {
    const client = bench.client("CommandAgent", {
      shouldReconnectOnClose: ({ code }) => code !== 1013,
    });
    await client.ready;
    client.send(JSON.stringify(["close", null, 1013, "enough"]));
    await until(client, () => client.status === "closed");
    equal(client.connectionError?.code, 1013);
  },
);

behaviour(
  "ready rejects when the agent refuses in onConnect",
  async (bench) => {
    const query = { connect: "close" };
    const messages: unknown[] = [];
    const client = bench.client("HooksAgent", { query });
    client.onmessage = ({ data }) => messages.push(data);
    client.send("what waits");
    await rejects(client.ready, {
      code: 4001,
      reason: "not you",
    });
    equal(messages, [], "what it has seen");
  },
);

for (const status of [401, 403, 404]) {
  behaviour(`A handshake refused with ${status} is final`, async (bench) => {
    const query = { refuse: `${status}` };
    const client = bench.client("EchoAgent", { query });
    const call = client.call("none");
    await rejects(client.ready, { name: "AgentConnectionError", status });
    equal(client.connectionError?.status, status);
    equal(client.status, "closed");
    await rejects(call, { code: "NOT_SENT", mayHaveRun: false });
  });
}

behaviour(
  "A wrong agent, and a name that is none, are final, and the client is told why",
  async (bench) => {
    for (
      const [agent, name, text] of [
        ["EchoAgnet", "x", /no such agent is served/],
        ["EchoAgent", "x".repeat(300), /name must be 1 to 256 bytes/],
      ] as const
    ) {
      const told: unknown[] = [];
      const client = bench.client(agent, {
        name,
        onConnectionError: (error) => told.push(error),
      });
      const call = client.call("none");
      const write = client.setState(1);
      await rejects(client.ready, {
        name: "AgentConnectionError",
        status: 400,
      });
      const { connectionError } = client;
      check(text.test(connectionError!.reason), connectionError!.reason);
      check(text.test(connectionError!.message), connectionError!.message);
      equal([client.status, told.length], ["closed", 1]);
      await rejects(call, { code: "NOT_SENT" });
      await rejects(write, { code: "NOT_SENT" });
    }
  },
);

behaviour(
  "An agent that is not given is an error that says so",
  (bench) =>
    throws(() => bench.client(undefined as unknown as string), {
      name: "TypeError",
      message:
        'Cannot connect: the option "agent" must name a class, such as "ChatAgent": received undefined',
    }),
);

behaviour("A handshake refused with 503 is tried again", async (bench) => {
  let attempts = 0;
  const client = bench.client("EchoAgent", {
    query: () => ++attempts < 4 ? { refuse: "503" } : {},
  });
  await client.ready;
  equal([attempts, client.connectionError], [4, null]);
});

behaviour(
  "close() tells the agent code and reason, and is the end",
  async (bench) => {
    const name = bench.name();
    const client = bench.client("CommandAgent", { name, id: "me" });
    await client.ready;
    const seen: unknown[] = [];
    client.onclose = ({ code, reason }) => seen.push([code, reason]);
    client.close(4100, "bye");
    equal(seen, [[4100, "bye"]]);
    equal([client.readyState, client.status], [3, "closed"]);
    await bench.noted("closed", name, "me", 4100, "bye");
    await rejects(client.ready, { code: "NOT_SENT" });
    client.reconnect();
    await client.ready;
  },
);

behaviour("using closes the client", async (bench) => {
  const name = bench.name();
  {
    using client = bench.client("CommandAgent", { name, id: "me" });
    await client.ready;
  }
  await bench.noted("closed", name, "me", 1000);
});
