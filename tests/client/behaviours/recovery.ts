import { once, until } from "../../support/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import type { Bench } from "./bench.ts";
import { check, equal, rejects } from "./expect.ts";

interface State {
  count?: number;
  by?: string;
}

behaviour(
  "The client is back after the server was killed and started again",
  async (bench) => {
    const name = bench.name();
    const client = bench.client<State>("StateAgent", { name });
    await client.setState({ by: "me" });
    const closed = once<CloseEvent>(client, "close");
    const { ready } = client;
    await bench.ask("kill");
    equal((await closed).code, 1006);
    const written = client.setState({ by: "me again" });
    const sent = answer(client, "get");
    check(client.ready !== ready, "ready is another promise");
    await bench.ask("start");
    await client.ready;
    await written;
    equal(await sent, { by: "me" });
    equal(client.state, { by: "me again" });
  },
);

behaviour(
  "A heartbeat keeps a silent connection, and is no message",
  async (bench) => {
    const { WebSocket, received, sent, until } = bench.spy();
    const messages: string[] = [];
    const client = bench.client("EchoAgent", {
      WebSocket,
      heartbeatInterval: 250,
    });
    client.onmessage = ({ data }) => messages.push(data);
    client.onclose = () => messages.push("closed");
    const count = (list: unknown[], text: string) =>
      list.filter((each) => each === text).length;
    await until(() => count(received, "roam:pong") >= 2);
    check(count(sent, "roam:ping") >= 2, "the client asked");
    equal(messages.filter((text) => /roam:|closed/.test(text)), []);
  },
);

/** What is noticed within twice that, in milliseconds. */
const INTERVAL = 300;
const NERVOUS = { heartbeatInterval: INTERVAL, connectionTimeout: INTERVAL };

/** Twice the interval, in the steps in which the client counts it: where timers are late they are so for both. */
async function twiceTheInterval(): Promise<"too late"> {
  for (let step = 0; step < 4; step++) await after(INTERVAL / 2);
  await after(100);
  return "too late";
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A process that stands still looks like a network that lets nothing pass: silent. */
async function silence(
  bench: Bench,
  options: object,
  begin: string,
  end: string,
): Promise<void> {
  const client = bench.client("CallsAgent", { ...NERVOUS, ...options });
  await client.ready;
  const closed = once<CloseEvent>(client, "close");
  await bench.ask(begin);
  const deadline = twiceTheInterval();
  const lost = rejects(client.call("add", [1, 2]), {
    code: "CONNECTION_LOST",
    mayHaveRun: true,
  });
  equal(await Promise.race([lost, deadline]), undefined, "the call");
  const { code, reason } = await closed;
  equal([code, reason], [1006, "no heartbeat"]);
  const late = client.call("add", [3, 4]);
  await bench.ask(end);
  equal(await late, 7);
}

behaviour(
  "A stopped server is noticed, and the client is back when it goes on",
  (bench) => silence(bench, {}, "pause", "continue"),
);

behaviour(
  "A stopped server that is started anew has its clients back",
  async (bench) => {
    const client = bench.client<State>("StateAgent", NERVOUS);
    await client.setState({ by: "me" });
    const closed = once(client, "close");
    await bench.ask("pause");
    await closed;
    await bench.ask("kill");
    await bench.ask("start");
    await client.setState((state) => ({ ...state, count: 1 }));
    equal(client.state, { by: "me", count: 1 });
  },
);

behaviour(
  "A network that lets nothing pass is noticed, and the client is back when it does",
  (bench) => silence(bench, { host: bench.proxy }, "stall", "resume"),
);

behaviour("A half-open connection is given up for a new one", async (bench) => {
  const name = bench.name();
  const client = bench.client<State>("StateAgent", {
    name,
    host: bench.proxy,
    heartbeatInterval: INTERVAL,
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
      bench.client<State>("StateAgent", { name, host: bench.proxy })
    );
    let accepted = 0;
    let unknown = 0;
    let isOver = false;
    const breaks = (async () => {
      while (!isOver) {
        await bench.ask("cutAfter", Math.floor(300 + bench.random() * 2000));
        await once(clients[0], "close");
      }
    })();
    await Promise.all(clients.map(async (client) => {
      for (let at = 0; at < 40; at++) {
        try {
          await client.setState((state) => ({ count: state.count! + 1 }));
          accepted++;
        } catch (error) {
          equal((error as { code: string }).code, "CONNECTION_LOST");
          unknown++;
        }
      }
    }));
    isOver = true;
    await bench.ask("cutAfter", 1e9);
    clients[0].reconnect();
    await breaks;
    const { count } = await answer(clients[1], "get");
    check(
      count >= accepted && count <= accepted + unknown,
      `${count} of ${accepted} accepted, and ${unknown} that may have been`,
    );
  },
);
