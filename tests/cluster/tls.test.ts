import assert from "node:assert/strict";
import { connect as connectPlain, type Socket } from "node:net";
import { after, beforeEach } from "node:test";
import { connect as connectTls } from "node:tls";
import { type PipeTls, splitAddress } from "../../cluster/net_types.ts";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import { Authority } from "../support/cluster/certificates.ts";
import { noOpenssl } from "../support/cluster/postgres.ts";
import {
  ScriptedCluster,
  type TestNode,
} from "../support/cluster/scripted_cluster.ts";
import { test } from "../support/runners/skippable.ts";

const settings = { skip: noOpenssl };
/** What refused pipes have printed. */
const printed: string[] = [];

const [ours, theirs] = noOpenssl ? [] : [new Authority(), new Authority()];
const { warn } = console;
console.warn = (line: string) => void printed.push(line);
after(() => {
  console.warn = warn;
  ours?.remove();
  theirs?.remove();
});
beforeEach(() => void printed.splice(0));

class Room extends Agent {
  override onMessage(connection: Connection, message: WSMessage) {
    connection.send(message);
  }

  override onRequest() {
    return new Response("x".repeat(300_000));
  }

  size(text: string) {
    return text.length;
  }
}

async function start(
  tls: readonly (PipeTls | undefined)[],
): Promise<{ cluster: ScriptedCluster; nodes: TestNode[] }> {
  const cluster = new ScriptedCluster({ Room });
  const nodes: TestNode[] = [];
  for (const [at, each] of tls.entries()) {
    nodes.push(await cluster.start("ab"[at], { tls: each }));
  }
  after(async () => {
    for (const node of nodes) await node.close();
  });
  return { cluster, nodes };
}

/** Resolves with the first that there is. */
async function first<T>(find: () => T | undefined): Promise<T> {
  for (let times = 0; times < 2000; times++) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`it does not come; what was printed: ${printed.join("\n")}`);
}

/** Resolves with why the only other node is not reached. */
function problem(node: TestNode): Promise<string> {
  return first(() => {
    const [peer] = node.host.health().peers!;
    assert.equal(peer?.isReached ?? false, false);
    return peer?.error;
  });
}

/** Resolves when something was printed that is such. */
function printing(pattern: RegExp): Promise<string> {
  return first(() => printed.find((line) => pattern.test(line)));
}

/** Resolves when the other end has closed it; with what it had said. */
function ended(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on("data", ({ length }) => bytes += length);
  socket.on("error", () => {});
  return new Promise((resolve) => socket.on("close", () => resolve(bytes)));
}

test(
  "pipes over TLS: messages, calls, requests, large ones too, and a hand-over",
  settings,
  async () => {
    const { cluster, nodes: [a, b] } = await start([
      ours!.sign(),
      ours!.sign(),
    ]);
    const long = "é".repeat(100_000);
    for (const [from, to] of ["ab", "ba"]) {
      const clients = [await a.open("room/one"), await b.open("room/one")];
      for (const client of clients) client.send(long);
      await cluster.give(from, to);
      for (const client of clients) {
        await client.until((text) => text === long);
        client.send("after");
        await client.until((text) => text === "after");
      }
      for (const { host } of [a, b]) {
        assert.equal(
          await host.getAgent<Room>("Room", "one").size(long),
          100_000,
        );
        const request = new Request("http://localhost/agents/room/one");
        const response = await host.fetch(request, [] as never);
        assert.equal((await response!.text()).length, 300_000);
      }
    }
    for (const { host } of [a, b]) {
      assert.equal(host.health().peers![0].isReached, true);
    }
  },
);

test(
  "pipes over TLS: while one authority takes the place of another, nodes trust both",
  settings,
  async () => {
    const ca = `${ours!.ca}\n${theirs!.ca}`;
    const { nodes: [a, b] } = await start([
      { ...ours!.sign(), ca },
      { ...theirs!.sign(), ca },
    ]);
    for (const node of [a, b]) {
      const client = await node.open("room/both");
      client.send("hello");
      await client.until((text) => text === "hello");
    }
    for (const { host } of [a, b]) {
      await first(() => host.health().peers![0].isReached || undefined);
    }
  },
);

test(
  "pipes over TLS: a node whose certificate is of somebody else is refused, and each says so in its health",
  settings,
  async () => {
    const { nodes } = await start([ours!.sign(), theirs!.sign()]);
    for (const node of nodes) {
      // In the words of OpenSSL, BoringSSL and rustls.
      assert.match(await problem(node), /certificate|UnknownIssuer/i);
    }
    await printing(/^Refused a pipe of \S+: no TLS with it: /);
  },
);

test(
  "pipes over TLS: a node that trusts the others, and is not trusted by them, does not get in",
  settings,
  async () => {
    const stranger = { ...theirs!.sign(), ca: ours!.ca };
    const { nodes: [a, b] } = await start([ours!.sign(), stranger]);
    assert.match(await problem(a), /certificate|UnknownIssuer/i);
    assert.match(await problem(b), /./);
    await printing(
      /^Refused a pipe of \S+: no TLS with it: UNABLE_TO_/,
    );
  },
);

test(
  "pipes over TLS: a node without it does not get in, and does not let others in",
  settings,
  async () => {
    const { nodes } = await start([ours!.sign(), undefined]);
    for (const node of nodes) assert.match(await problem(node), /./);
    await printing(/^Refused a pipe of \S+: no TLS with it: /);
  },
);

test(
  "pipes over TLS: strangers who speak none, have no certificate, or are silent are dropped",
  settings,
  async () => {
    const { nodes: [{ ownership }] } = await start([ours!.sign()]);
    const at = splitAddress(ownership.entry.address);
    const plain = connectPlain(at);
    plain.write("GET / HTTP/1.1\r\n\r\n");
    const nameless = connectTls({
      ...at,
      ca: ours!.ca,
      checkServerIdentity: () => undefined,
    });
    // A 9-byte head of a frame of the pipe, as if the handshake were over.
    nameless.write(new Uint8Array(9));
    const silent = connectPlain(at);
    const answers = await Promise.all([plain, nameless, silent].map(ended));
    // At most an alert; nothing of the protocol of pipes.
    assert.ok(answers[0] <= 7, `${answers}`);
    assert.deepEqual(answers.slice(1), [0, 0]);
    await printing(/ERR_SSL_(?:HTTP_REQUEST|WRONG_VERSION_NUMBER)$/);
    await printing(/ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE$/);
    await printing(/TIMEOUT$|timeout$/);
    assert.equal(printed.length, 3, printed.join("\n"));
  },
);
