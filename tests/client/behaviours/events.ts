import { once } from "../../support/clients/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import { equal } from "./expect.ts";

behaviour(
  "on() hears the events of its name, in order, also after a reconnect, until it is stopped",
  async (bench) => {
    const client = bench.client("CommandAgent");
    const heard: unknown[] = [];
    const stop = client.on("said", (data) => heard.push(data));
    client.on("cleared", (data) => heard.push(["cleared", data]));
    client.on("__proto__", (data) => heard.push(["proto", data]));
    const done = () =>
      new Promise<void>((resolve) => {
        const off = client.on("done", () => {
          off();
          resolve();
        });
        client.send('["emit","done"]');
      });
    client.send('["emit","said",{"n":1}]');
    client.send('["emit","toString",2]');
    client.send('["emit","cleared"]');
    client.send('["emit","__proto__",3]');
    client.send('["emitTo","","said",4]');
    await done();
    equal(heard, [{ n: 1 }, ["cleared", undefined], ["proto", 3], 4]);
    const closed = once(client, "close");
    client.reconnect();
    await closed;
    client.send('["emit","said",5]');
    await done();
    stop();
    client.send('["emit","said",6]');
    await done();
    equal(heard.slice(4), [5]);
  },
);

behaviour(
  'No event is a message, and with messages: "plain" no frame of the protocol is',
  async (bench) => {
    for (const messages of ["plain", undefined] as const) {
      const client = bench.client("CommandAgent", { messages });
      const types: string[] = [];
      const echoed = new Promise<void>((resolve) => {
        client.addEventListener("message", ({ data }) => {
          if (data === "echo") resolve();
          else types.push(JSON.parse(data).type ?? data);
        });
      });
      await answer(client, "emit", "said", 1);
      client.send("echo");
      await echoed;
      const frames = ["cf_agent_identity", "cf_agent_mcp_servers"];
      equal(types, [...messages ? [] : frames, '{"emit":null}']);
    }
  },
);
