import { once } from "../../support/clients/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import { check, equal } from "./expect.ts";
import { NERVOUS, silence } from "./silence.ts";

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
      heartbeatInterval: 800,
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
