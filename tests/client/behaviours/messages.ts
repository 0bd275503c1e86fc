import { once } from "../../support/events.ts";
import { behaviour } from "./behaviour.ts";
import { equal } from "./expect.ts";

behaviour(
  "What is sent before there is a connection arrives, in order",
  async (bench) => {
    const client = bench.client("EchoAgent");
    const texts = ["one", "", "three", "ä😀\u2028", "x".repeat(100_000)];
    const echoed = own(client, texts.length);
    equal(texts.map((text) => client.send(text)), texts.map(() => false));
    equal(await echoed, texts);
    equal(client.send("now"), true);
  },
);

behaviour(
  "Bytes arrive as they are: buffers, views and blobs",
  async (bench) => {
    const client = bench.client("EchoAgent");
    client.binaryType = "arraybuffer";
    await client.ready;
    const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);
    const echoed = own(client, 4);
    client.send(bytes);
    client.send(bytes.subarray(1, 3));
    client.send(bytes.buffer);
    client.send(new Uint8Array(70_000).fill(7));
    const [whole, part, buffer, long] = (await echoed).map((data) =>
      new Uint8Array(data as ArrayBuffer)
    );
    equal([...whole], [...bytes]);
    equal([...part], [1, 2]);
    equal([...buffer], [...bytes]);
    equal([long.length, long.at(-1)], [70_000, 7]);
  },
);

behaviour(
  "Bytes come as a Blob by default, also after a reconnect",
  async (bench) => {
    const client = bench.client("EchoAgent");
    for (let time = 0; time < 2; time++) {
      await client.ready;
      const echoed = own(client, 1);
      client.send(new Blob([new Uint8Array([1, 2, 3])]));
      const [blob] = await echoed as Blob[];
      equal([...new Uint8Array(await blob.arrayBuffer())], [1, 2, 3]);
      const closed = once(client, "close");
      client.reconnect();
      await closed;
    }
  },
);

/** The next so many messages of the agent's own. */
function own(client: EventTarget, count: number): Promise<unknown[]> {
  const messages: unknown[] = [];
  return new Promise((resolve) => {
    const listener = (event: Event) => {
      const { data } = event as MessageEvent;
      if (typeof data === "string" && data.includes('"type":"cf_')) return;
      messages.push(data);
      if (messages.length < count) return;
      client.removeEventListener("message", listener);
      resolve(messages);
    };
    client.addEventListener("message", listener);
  });
}
