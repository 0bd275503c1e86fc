import { once, until } from "../../support/clients/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import type { Bench } from "./bench.ts";
import { check, equal, rejects } from "./expect.ts";

interface State {
  count?: number;
  by?: string;
}
type Options = Parameters<typeof Bench.prototype.client<State>>[1];

/** A client that knows the state, and whose network is gone. */
async function offline(bench: Bench, options: Options = {}) {
  const name = bench.name();
  const host = bench.proxy;
  const client = bench.client<State>("StateAgent", { name, host, ...options });
  await until(client, () => client.state?.count === 0);
  await bench.ask("refuse", true);
  const closed = once(client, "close");
  await bench.ask("cut");
  await closed;
  return client;
}

/** Somebody else, whose network is there. */
async function other(bench: Bench, name: string) {
  const client = bench.client<State>("StateAgent", { name });
  await until(client, () => client.state !== undefined);
  return client;
}

behaviour(
  "A write made offline counts when nobody else wrote",
  async (bench) => {
    const client = await offline(bench);
    const written = client.setState({ by: "me" });
    equal([client.state, client.pending], [{ by: "me" }, 1]);
    await bench.ask("refuse", false);
    await written;
    const { state } = await other(bench, client.name);
    equal(state, { by: "me" });
  },
);

behaviour(
  "A write made offline gives way to what others wrote",
  async (bench) => {
    const client = await offline(bench);
    const written = client.setState({ by: "me" });
    await (await other(bench, client.name)).setState({ by: "them" });
    equal(client.state, { by: "me" });
    await bench.ask("refuse", false);
    await rejects(written, { code: "CONFLICT", mayHaveRun: false });
    equal([client.state, client.pending], [{ by: "them" }, 0]);
  },
);

behaviour("onConflict() makes one state of two", async (bench) => {
  const seen: unknown[] = [];
  const client = await offline(bench, {
    onConflict(theirs, mine) {
      seen.push([theirs, mine]);
      return { by: `${theirs.by} and ${mine.by}` };
    },
  });
  const written = client.setState({ by: "me" });
  const them = await other(bench, client.name);
  await them.setState({ by: "them" });
  await bench.ask("refuse", false);
  await written;
  equal(seen, [[{ by: "them" }, { by: "me" }]]);
  equal(client.state, { by: "them and me" });
  await until(them, () => them.state?.by === "them and me");
});

behaviour(
  "A function made offline is applied to what others wrote",
  async (bench) => {
    const client = await offline(bench);
    const add = (n: number) => (state: State) => ({ count: state.count! + n });
    const written = [client.setState(add(1)), client.setState(add(2))];
    equal(client.state, { count: 3 });
    await (await other(bench, client.name)).setState({ count: 100 });
    await bench.ask("refuse", false);
    await Promise.all(written);
    const { state } = await other(bench, client.name);
    equal([client.state, state], [{ count: 103 }, { count: 103 }]);
  },
);

behaviour(
  "Messages wait for the connection, and arrive once and in order",
  async (bench) => {
    const client = bench.client("CommandAgent", { host: bench.proxy });
    await client.ready;
    await bench.ask("refuse", true);
    const closed = once(client, "close");
    await bench.ask("cut");
    await closed;
    const echoes: string[] = [];
    client.addEventListener("message", ({ data }) => {
      if (/^\d+$/.test(data)) echoes.push(data);
    });
    const numbers = Array.from({ length: 100 }, (_, at) => `${at}`);
    equal(numbers.map((text) => client.send(text)), numbers.map(() => false));
    check(client.bufferedAmount >= 190, "they are counted");
    await bench.ask("refuse", false);
    await answer(client, "memory");
    equal(echoes, numbers);
  },
);
