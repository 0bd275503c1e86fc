import { once, until } from "../../support/clients/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import { check, equal } from "./expect.ts";
import { NERVOUS, silence } from "./silence.ts";

interface State {
  count?: number;
  by?: string;
}

behaviour(
  "A network that lets nothing pass is noticed, and the client is back when it does",
  (bench) => silence(bench, { host: bench.proxy }, "stall", "resume"),
);

behaviour("A half-open connection is given up for a new one", async (bench) => {
  const name = bench.name();
  const client = bench.client<State>("StateAgent", {
    name,
    host: bench.proxy,
    ...NERVOUS,
  });
  await client.setState({ by: "me" });
  await bench.ask("freeze");
  const written = client.setState({ by: "me, unheard" });
  const { reason } = await once<CloseEvent>(client, "close");
  equal(reason, "no heartbeat");
  // The old one never heard of it.
  await written;
  equal(client.state, { by: "me, unheard" });
});

for (
  const [what, up, down] of [["comes", 1, 300_000], ["goes", 300_000, 1]]
) {
  behaviour(
    `A large message that ${what} slowly is waited for, longer than for a silent server`,
    async (bench) => {
      const client = bench.client("CommandAgent", {
        host: bench.proxy,
        // A server that says nothing for 1.6 s is given up.
        heartbeatInterval: 800,
      });
      let ends = 0;
      client.onclose = () => ends++;
      await client.ready;
      await bench.ask("rate", 100_000);
      const { length } = await answer(
        client,
        "repeat",
        "x".repeat(up as number),
        down,
      );
      equal([length, ends], [(up as number) * (down as number), 0]);
    },
  );
}

behaviour(
  "A server that refuses connections is dialled until it does not",
  async (bench) => {
    await bench.ask("refuse", true);
    const client = bench.client("EchoAgent", { host: bench.proxy });
    for (let time = 0; time < 4; time++) {
      const { code } = await once<CloseEvent>(client, "close");
      equal([code, client.status], [1006, "connecting"]);
    }
    equal(client.connectionError, null);
    await bench.ask("refuse", false);
    await client.ready;
  },
);

behaviour(
  "A connection cut after any number of bytes is made again, and the state is right",
  async (bench) => {
    const name = bench.name();
    const writer = bench.client<State>("StateAgent", { name });
    // From the middle of the answer to the handshake to after the last frame.
    for (let bytes = 1; bytes < 700; bytes += 67) {
      const count = bytes + Math.floor(bench.random() * 67);
      await writer.setState({ count });
      await bench.ask("cutAfter", count);
      const client = bench.client<State>("StateAgent", {
        name,
        host: bench.proxy,
      });
      await until(client, () => client.state?.count === count);
      // It may be cut here, if not before.
      await client.setState((state) => ({ ...state, by: "me" }))
        .catch(() => {});
      client.close();
      await bench.ask("cutAfter", 1e9);
    }
  },
);

behaviour(
  "Increments over a network that breaks are applied once, or not at all",
  async (bench) => {
    const name = bench.name();
    const clients = [1, 2].map(() =>
      bench.client<State>("StateAgent", {
        name,
        host: bench.proxy,
        // It would grow, as no connection lasts.
        maxReconnectionDelay: 20,
        // Only connections shall break.
        fetch: null,
      })
    );
    let accepted = 0;
    let unknown = 0;
    const breaks: Promise<unknown>[] = [];
    const breakSoon = () => {
      const bytes = Math.floor(500 + bench.random() * 4000);
      if (breaks.length < 6) breaks.push(bench.ask("cutAfter", bytes));
    };
    for (const client of clients) client.onclose = breakSoon;
    breakSoon();
    await Promise.all(clients.map(async (client) => {
      while (breaks.length < 6) {
        try {
          await client.setState((state) => ({ count: state.count! + 1 }));
          accepted++;
        } catch (error) {
          equal((error as { code: string }).code, "CONNECTION_LOST");
          unknown++;
        }
      }
    }));
    await Promise.all(breaks);
    await bench.ask("cutAfter", 1e9);
    const { count } = await answer(clients[1], "get");
    check(
      count >= accepted && count <= accepted + unknown,
      `${count} of ${accepted} accepted, and ${unknown} that may have been`,
    );
  },
);
