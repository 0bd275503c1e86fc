// Has whatever entries are imported from here on serve in memory: by the
// sockets of `@roam/agents/testing`, in this process, in real time.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ServedAgents } from "../../src/host/serve.ts";
import type { MemoryConnection } from "../../testing/memory_connection.ts";
import {
  chosenSubprotocol,
  SUBPROTOCOLS,
} from "../../src/protocol/subprotocol.ts";
import { Network } from "../../testing/network.ts";
import {
  TestWebSocket,
  type TestWebSocketOptions,
} from "../../testing/test_web_socket.ts";
import { ServerOutput } from "./target.ts";
import type { Server } from "./targets.ts";

type Entry = ServedAgents<[connection?: MemoryConnection]>;

let count = 0;
const entries = new Map<string, Entry>();
const outputs = new Set<ServerOutput>();
const network = new Network();
const { fetch } = globalThis;
const { log } = console;

globalThis.WebSocket = class extends TestWebSocket {
  constructor(url: string, options?: string | string[] | TestWebSocketOptions) {
    super(network, dial, url, options);
  }
} as unknown as typeof WebSocket;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const entry = entries.get(new URL(request.url).host);
  return entry === undefined
    ? await fetch(input, init)
    : await entry.fetch(request);
};

console.log = (...values) => {
  const [line] = values;
  if (typeof line !== "string" || !line.startsWith("@@")) return log(...values);
  for (const output of outputs) output.add(line);
};

// The library's own timers keep no process alive; here there is nothing else.
setInterval(() => {}, 60_000);

async function dial(
  request: Request,
  connection: MemoryConnection,
): Promise<Response | string> {
  const answer = await entries.get(new URL(request.url).host)!.fetch(
    request,
    connection,
  );
  if (answer !== undefined) return answer;
  return chosenSubprotocol(request.headers.get(SUBPROTOCOLS)) ?? "";
}

/** Serves `entry`, a file of the checkout; what it prints goes to the result, too. */
export async function startInMemory(
  entry: string,
  profile: string,
): Promise<Server<ServerOutput>> {
  process.env.ROAM_PROFILE = profile;
  const host = `127.0.0.1:${++count}`;
  const output = new ServerOutput();
  outputs.add(output);
  const { default: served } = await import(
    `${pathToFileURL(resolve(entry))}?${host}`
  );
  entries.set(host, served);
  return {
    runtime: "deno",
    host,
    process: output,
    // As a process is killed: what still runs in it is waited for by nobody.
    stop() {
      outputs.delete(output);
      entries.delete(host);
      return Promise.resolve();
    },
  };
}
