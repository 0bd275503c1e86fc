import { once } from "../../support/clients/events.ts";
import { behaviour } from "./behaviour.ts";
import { equal, rejects, throws } from "./expect.ts";

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

behaviour(
  "A message and a call that are too large are refused before they are sent, and the connection stays",
  async (bench) => {
    const client = bench.client("CallsAgent");
    let ends = 0;
    client.onclose = () => ends++;
    await client.ready;
    const most = 1024 * 1024;
    for (
      const large of [
        "x".repeat(most + 1),
        "ä".repeat(most / 2 + 1),
        new Uint8Array(most + 1),
        new Blob(["x".repeat(most + 1)]),
      ]
    ) {
      await throws(() => client.send(large), {
        name: "AgentClientError",
        code: "TOO_LARGE",
        message: `Cannot send: limits.messageBytes allows ${most} bytes`,
      });
    }
    await rejects(client.call("echo", ["x".repeat(most)]), {
      code: "TOO_LARGE",
      mayHaveRun: false,
    });
    equal(client.bufferedAmount, 0);
    const text = "ä".repeat(400_000);
    const [echoed] = await client.call<string[]>("echo", [text]);
    equal([echoed.length, ends], [400_000, 0]);
  },
);

for (
  const [what, argument, problem] of [
    ["NaN", NaN, 'the part "[0]" of it is NaN'],
    ["a Map", { a: new Map() }, 'the part "[0].a" of it is a Map'],
    ["bytes", [new Uint8Array(1)], 'the part "[0][0]" of it is a Uint8Array'],
    ["a function", () => 1, 'the part "[0]" of it is a function'],
    ["a bigint", 1n, 'the part "[0]" of it is a bigint'],
  ] as const
) {
  behaviour(
    `An argument that JSON can't carry is refused before it is sent: ${what}`,
    async (bench) => {
      const { WebSocket, sent } = bench.spy();
      const client = bench.client("CallsAgent", { WebSocket });
      await client.ready;
      await rejects(client.call("echo", [argument]), {
        name: "TypeError",
        message: `Cannot call echo: its arguments must be JSON: ${problem}`,
      });
      equal(sent, []);
      const date = await client.call("echo", [{
        at: new Date(0),
        no: undefined,
      }]);
      equal(date, [{ at: "1970-01-01T00:00:00.000Z" }]);
    },
  );
}

for (const args of ["x", 7, { a: 1 }, null, true, new Set(["x"])]) {
  const what = args instanceof Set ? "a Set" : JSON.stringify(args);
  behaviour(
    `Arguments that are no array are refused before they are sent: ${what}`,
    async (bench) => {
      const { WebSocket, sent } = bench.spy();
      const client = bench.client("CallsAgent", { WebSocket });
      await client.ready;
      const error = {
        name: "TypeError",
        message:
          "Cannot call echo: its arguments must be JSON: it must be an array",
      };
      const wrong = args as unknown as unknown[];
      await rejects(client.call("echo", wrong), error);
      await rejects(client.stream("echo", wrong).next(), error);
      equal(sent, []);
      equal(await client.call("echo"), []);
    },
  );
}

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
