import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after } from "node:test";
import { once } from "../../support/clients/events.ts";
import { FaultProxy } from "../../support/network/fault_proxy.ts";
import { runtime } from "../../support/suite.ts";
import { type Server, start } from "../../targets/targets.ts";
import { entry, objects } from "./entry.ts";
import { ask, identified, theirs } from "./visit.ts";

/** A server that can be killed and started again behind one address, with what it has stored. */
class Restarting {
  readonly proxy: FaultProxy;
  #store: string;
  #server: Server;

  private constructor(
    proxy: FaultProxy,
    store: string,
    server: Server,
  ) {
    this.proxy = proxy;
    this.#store = store;
    this.#server = server;
  }

  static async start(): Promise<Restarting> {
    const store = mkdtempSync(`${tmpdir()}/roam-compat-`);
    const server = await launch(store);
    return new Restarting(await FaultProxy.start(server.host), store, server);
  }

  async kill(): Promise<void> {
    // Somebody else may be given its port.
    this.proxy.isRefusing = true;
    await this.#server.stop();
  }

  async startAgain(): Promise<void> {
    this.#server = await launch(this.#store);
    this.proxy.target = this.#server.host;
    this.proxy.isRefusing = false;
  }

  async end(): Promise<void> {
    await this.proxy.stop();
    await this.kill();
    rmSync(this.#store, { recursive: true, force: true });
  }
}

function launch(store: string): Promise<Server> {
  return start(runtime, { entry, store, objects });
}

const server = await Restarting.start();
after(() => server.end());

theirs(
  "AgentClient: comes back when the server was killed and starts again, with its id, the state, and what was sent meanwhile",
  async (visit) => {
    const { host } = server.proxy;
    const client = await visit.join("RoomAgent", { host });
    const other = await visit.join("RoomAgent", { host });
    client.setState({ before: "the kill" });
    assert.deepEqual(await client.call("read"), { before: "the kill" });
    const { id } = client;
    const closed = [client, other].map((each) => once(each, "close"));
    await server.kill();
    await Promise.all(closed);
    assert.deepEqual([client.identified, client.connectionError], [
      false,
      null,
    ]);
    const early = client.call("read");
    await server.startAgain();
    assert.deepEqual(await early, { before: "the kill" });
    await Promise.all([identified(client), identified(other)]);
    assert.deepEqual([client.id, other.state], [id, { before: "the kill" }]);
    other.setState({ after: "the kill" });
    await ask(other, "get");
    assert.deepEqual(await client.call("read"), { after: "the kill" });
    assert.deepEqual(client.state, { after: "the kill" });
  },
);
