import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { GatewayPipe } from "../../cluster/gateway_pipe.ts";
import { PipeServer } from "../../cluster/pipe_server.ts";
import { newHello, proofOf } from "../../cluster/proof.ts";
import { jsonBody, NodeFrame } from "../../src/protocol/node_frames.ts";
import { frameHead } from "../support/cluster/frame_head.ts";
import { Stranger } from "../support/cluster/stranger.ts";

const secret = new TextEncoder().encode("a secret");
const encoder = new TextEncoder();

/** What the server was told, and printed. */
interface Listening {
  readonly address: string;
  readonly proven: string[];
  readonly printed: string[];
}

async function listen(): Promise<Listening> {
  const proven: string[] = [];
  const printed: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => void printed.push(line);
  const server = new PipeServer({
    host: "127.0.0.1",
    port: 0,
    tls: undefined,
    silenceMs: 3000,
    self: () => ({ node: "listener", secret }),
    accepted(_, node) {
      proven.push(node);
      return { frame() {}, closed() {} } as unknown as GatewayPipe;
    },
  });
  after(() => {
    server.close();
    console.warn = warn;
  });
  return { address: await server.listen(), proven, printed };
}

/** Says who it is, and proves it as `prove` does it. */
async function introduce(
  stranger: Stranger,
  key: Uint8Array,
): Promise<Uint8Array> {
  const own = newHello("dialler");
  stranger.json(NodeFrame.HELLO, own);
  // deno-lint-ignore no-explicit-any -- what a server of ours said
  const theirs = jsonBody(await stranger.until(NodeFrame.HELLO)) as any;
  const proof = proofOf(key, "dialler", own, theirs);
  stranger.frame(NodeFrame.PROOF, proof);
  return proof;
}

test("a pipe: who knows the secret gets in, and knows that the other end does", async () => {
  const { address, proven } = await listen();
  const stranger = Stranger.dial(address);
  await introduce(stranger, secret);
  stranger.frame(NodeFrame.PING, new Uint8Array());
  await stranger.until(NodeFrame.PONG);
  assert.deepEqual(proven, ["dialler"]);
  stranger.socket.destroy();
});

test("a pipe: who does not know the secret is dropped, with one line", async () => {
  const { address, proven, printed } = await listen();
  for (let times = 0; times < 5; times++) {
    const stranger = Stranger.dial(address);
    await introduce(stranger, encoder.encode("another secret"));
    await stranger.closed;
  }
  assert.deepEqual(proven, []);
  assert.deepEqual(printed, [
    "Refused a pipe of 127.0.0.1: it does not know the secret",
  ]);
});

test("a pipe: a proof that somebody else gave is none", async () => {
  const { address, proven, printed } = await listen();
  const first = Stranger.dial(address);
  const own = newHello("dialler");
  first.json(NodeFrame.HELLO, own);
  // deno-lint-ignore no-explicit-any -- what a server of ours said
  const theirs = jsonBody(await first.until(NodeFrame.HELLO)) as any;
  const proof = proofOf(secret, "dialler", own, theirs);
  // The same words, on another connection.
  const second = Stranger.dial(address);
  second.json(NodeFrame.HELLO, own);
  await second.until(NodeFrame.PROOF);
  second.frame(NodeFrame.PROOF, proof);
  await second.closed;
  // What the listener itself proves is no proof of the dialler.
  const mirror = Stranger.dial(address);
  mirror.json(NodeFrame.HELLO, own);
  mirror.frame(NodeFrame.PROOF, await mirror.until(NodeFrame.PROOF));
  await mirror.closed;
  assert.deepEqual(proven, []);
  first.socket.destroy();
  while (!printed.some((line) => line.includes("has gone"))) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
});

for (
  const [name, bytes, line] of [
    [
      "a length of 4 GiB",
      frameHead(0xffffffff, 1),
      "4294967295 bytes is too long",
    ],
    ["2 KiB", frameHead(2048, NodeFrame.HELLO), "2048 bytes is too long"],
    ["HTTP", encoder.encode("GET / HTTP/1.1\r\n\r\n"), "is too long"],
    ["a type that there is not", frameHead(5, 99), "no frame of type 99"],
    ["an OPEN", frameHead(5, NodeFrame.OPEN), "does not say who it is"],
    [
      "a proof before all",
      frameHead(5, NodeFrame.PROOF),
      "does not say who it is",
    ],
    [
      "a HELLO that is none",
      frameHead(5, NodeFrame.HELLO),
      "a body is no JSON",
    ],
  ] as const
) {
  test(`a pipe: a stranger who sends ${name} is dropped, with one line`, async () => {
    const { address, proven, printed } = await listen();
    const stranger = Stranger.dial(address);
    stranger.socket.write(bytes);
    await stranger.closed;
    assert.deepEqual(proven, []);
    assert.equal(printed.length, 1);
    assert.ok(printed[0].includes(line), printed[0]);
  });
}

test("a pipe: a node of a later number than the next is told which ones can speak", async () => {
  const { address, printed } = await listen();
  const stranger = Stranger.dial(address);
  stranger.json(NodeFrame.HELLO, { ...newHello("future"), wire: 3 });
  await stranger.closed;
  assert.match(printed[0], /it speaks number 3, and this process 1/);
});

test("a pipe: half a frame, and silence, is dropped after 3 seconds", async () => {
  const { address, printed } = await listen();
  const stranger = Stranger.dial(address);
  stranger.socket.write(frameHead(500, NodeFrame.HELLO));
  await stranger.closed;
  assert.match(printed[0], /does not say who it is/);
});

test("a pipe: without TLS it listens at private addresses only", () => {
  const options = {
    port: 0,
    silenceMs: 3000,
    self: () => ({ node: "x", secret }),
    accepted: () => ({ frame() {}, closed() {} }),
  };
  for (
    const host of ["0.0.0.0", "::", "8.8.8.8", "2001:db8::1", "example.com"]
  ) {
    assert.throws(
      () => new PipeServer({ ...options, host, tls: undefined }),
      TypeError,
      host,
    );
  }
  for (
    const host of ["127.0.0.1", "10.1.2.3", "172.20.0.5", "fd00::1", "::1"]
  ) {
    new PipeServer({ ...options, host, tls: undefined }).close();
  }
});
