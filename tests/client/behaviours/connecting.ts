import { once, until } from "../../support/clients/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import type { Bench } from "./bench.ts";
import { check, equal } from "./expect.ts";

behaviour("The server greets: hello, identity, state", async (bench) => {
  const { WebSocket, received } = bench.spy();
  const messages: string[] = [];
  const client = bench.client("StateAgent", { WebSocket });
  client.addEventListener("message", ({ data }) => messages.push(data));
  await client.ready;
  await until(client, () => client.state !== undefined);
  const [hello, ...others] = received.slice(0, 3).map((text) =>
    JSON.parse(text as string)
  );
  equal([hello.type, hello.version], ["roam_hello", 1]);
  equal([typeof hello.epoch, typeof hello.rev], ["string", "number"]);
  equal(others.map(({ type }) => type), [
    "cf_agent_identity",
    "cf_agent_state",
  ]);
  equal(others[1].epoch, hello.epoch, "the epoch");
  // Listeners see what the base protocol has, and nothing more.
  equal(messages, received.slice(1, 1 + messages.length));
});

behaviour("ready resolves when it is known who answers", async (bench) => {
  const told: string[][] = [];
  const name = bench.name();
  const client = bench.client("StateAgent", {
    name,
    onIdentity: (...identity) => told.push(identity),
  });
  equal([client.status, client.identified], ["connecting", false]);
  await client.ready;
  equal([client.status, client.identified], ["open", true]);
  equal([client.agent, client.name], ["state-agent", name]);
  equal(told, [[name, "state-agent"]]);
});

const NAMES = [
  "a b",
  "ä/ö?ü#ß",
  "100%",
  "%2F",
  "a:b@c$d&e+f,g;h=i",
  "日本語",
  "😀",
  "__proto__",
  "...",
  "'\"<>\\^`{|}",
];

behaviour("A name that needs encoding arrives", async (bench) => {
  await Promise.all(NAMES.map(async (odd) => {
    const name = `${odd}${bench.name()}`;
    const client = bench.client("EchoAgent", {
      name,
      disableNameValidation: true,
    });
    await client.ready;
    equal(client.name, name);
  }));
});

behaviour("prefix, basePath and path make the URL", async (bench) => {
  const { pathname } = await seen(bench, { name: "a", path: "deep/er" });
  equal(pathname, "/agents/command-agent/a/deep/er");
  const prefixed = await seen(bench, { name: "b", prefix: "custom/v1" });
  equal(prefixed.pathname, "/custom/v1/command-agent/b");
  const based = bench.client("CommandAgent", { basePath: "custom" });
  await based.ready;
  // The server decides who answers there.
  equal(based.name, "called");
});

behaviour(
  "The id is the connection's, also after a reconnect",
  async (bench) => {
    const name = bench.name();
    const client = bench.client("CommandAgent", { name, id: "me" });
    equal(client.id, "me");
    equal((await answer(client, "self")).id, "me");
    client.close();
    // Until then it is the old connection's.
    await bench.noted("closed", name, "me");
    client.reconnect();
    equal((await answer(client, "self")).id, "me");
    equal(client.id, "me");
  },
);

behaviour(
  "An id that is not granted is another one, and the client knows it",
  async (bench) => {
    const name = bench.name();
    const first = bench.client("CommandAgent", { name, id: "me" });
    await first.ready;
    const second = bench.client("CommandAgent", { name, id: "me" });
    const odd = bench.client("CommandAgent", { name, id: "no id" });
    for (const client of [second, odd]) {
      await client.ready;
      check(!["me", "no id"].includes(client.id), client.id);
      equal((await answer(client, "self")).id, client.id);
    }
    first.close();
    await bench.noted("closed", name, "me");
    const { id } = second;
    const closed = once(second, "close");
    second.reconnect();
    await closed;
    await second.ready;
    equal([second.id, second.id !== id], ["me", true]);
  },
);

behaviour("A query is asked for each attempt", async (bench) => {
  let attempts = 0;
  const client = bench.client("CommandAgent", {
    host: bench.proxy,
    async query() {
      await Promise.resolve();
      return { attempt: `${++attempts}`, token: "a b&c", none: undefined };
    },
  });
  for (const attempt of ["1", "2", "3"]) {
    await client.ready;
    const { uri } = await answer(client, "self");
    const query = new URL(uri).searchParams;
    equal([query.get("attempt"), query.get("token")], [attempt, "a b&c"]);
    check(!query.has("none"), "an entry without a value is left out");
    const closed = once(client, "close");
    await bench.ask("cut");
    await closed;
  }
});

behaviour("The server chooses one of the subprotocols", async (bench) => {
  const client = bench.client("EchoAgent", {
    protocols: () => Promise.resolve(["chat", "token"]),
  });
  await client.ready;
  equal(client.protocol, "chat");
});

behaviour(
  "Another instance is told to onIdentityChange(), and has another state",
  async (bench) => {
    const [one, two] = [bench.name(), bench.name()];
    const changes: string[][] = [];
    const client = bench.client<{ by?: string; count?: number }>("StateAgent", {
      name: one,
      onIdentityChange: (...names) => changes.push(names),
    });
    await client.setState({ by: "me" });
    client.updateProperties({ name: two });
    client.reconnect();
    await client.ready;
    await until(client, () => client.state?.count === 0);
    equal(changes, [[one, two, "state-agent", "state-agent"]]);
    equal(client.name, two);
  },
);

behaviour(
  "reconnect() many times at once leaves one connection",
  async (bench) => {
    const client = bench.client("CommandAgent");
    for (let time = 0; time < 5; time++) {
      await client.ready;
      for (let again = 0; again < 5; again++) client.reconnect();
    }
    // The others are on their way out.
    while ((await answer(client, "list")).length > 1);
  },
);

/** The URL that the server saw. */
async function seen(bench: Bench, options: object): Promise<URL> {
  const client = bench.client("CommandAgent", options);
  return new URL((await answer(client, "self")).uri);
}
