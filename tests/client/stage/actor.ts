import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/cluster/free_port.ts";
import { FaultProxy } from "../../support/network/fault_proxy.ts";
import { classes } from "../../support/suite.ts";
import { type Runtime, type Server, start } from "../../targets/targets.ts";

/** A server, and a proxy before it. It can be ended and started again at the same address, where it finds what it had stored. */
export class Actor {
  readonly runtime: Runtime;
  #port: number;
  #store: string;
  #server!: Server;
  #proxy!: FaultProxy;

  private constructor(runtime: Runtime, port: number, store: string) {
    this.runtime = runtime;
    this.#port = port;
    this.#store = store;
  }

  static async enter(runtime: Runtime): Promise<Actor> {
    const store = await mkdtemp(join(tmpdir(), "roam-stage-"));
    const actor = new Actor(runtime, await freePort(), store);
    await actor.#start();
    actor.#proxy = await FaultProxy.start(actor.#server.host);
    return actor;
  }

  async leave(): Promise<void> {
    await this.#proxy.stop();
    await this.#server.stop();
    await rm(this.#store, { recursive: true, force: true });
  }

  /** Does what a behaviour asks for by `bench.ask(order, ...args)`. */
  // deno-lint-ignore no-explicit-any -- each order has its own
  async obey(order: string, args: any[]): Promise<unknown> {
    const proxy = this.#proxy;
    const server = this.#server.process;
    switch (order) {
      case "hosts":
        return { host: this.#server.host, proxy: proxy.host };
      case "noted":
        return await server.until((line) => noteIn(line, args), `${args}`);
      case "kill":
        return await this.#server.stop();
      case "start":
        return await this.#start();
      case "pause":
        return server.signal("SIGSTOP");
      case "continue":
        return server.signal("SIGCONT");
      case "cut":
        return proxy.cut();
      case "cutAfter":
        return proxy.cutAfter = args[0];
      case "stall":
        return proxy.stall();
      case "rate":
        return proxy.rate = args[0] ?? Infinity;
      case "stallAt":
        return proxy.stallAt = args[0];
      case "freeze":
        return proxy.freeze();
      case "resume":
        return proxy.resume();
      case "refuse":
        return proxy.isRefusing = args[0];
      case "dials":
        return proxy.dials;
      case "mend":
        return await this.#mend();
    }
    throw new TypeError(`no order ${order}`);
  }

  async #start(): Promise<void> {
    this.#server = await start(this.runtime, {
      entry: "tests/fixtures/server.ts",
      profile: "client",
      objects: Object.fromEntries(classes.map((name) => [name, name])),
      port: this.#port,
      store: this.#store,
    });
  }

  /** Undoes what an order has done. */
  async #mend(): Promise<void> {
    this.#proxy.isRefusing = false;
    this.#proxy.cutAfter = Infinity;
    this.#proxy.stallAt = undefined;
    this.#proxy.rate = Infinity;
    this.#proxy.resume();
    const { process: server } = this.#server;
    if (server.isAlive) server.signal("SIGCONT");
    else await this.#start();
  }
}

/** The facts of a note that begins with `wanted`. */
function noteIn(line: string, wanted: unknown[]): unknown[] | undefined {
  const begin = `@@${JSON.stringify(wanted).slice(0, -1)}`;
  return line.startsWith(begin) ? JSON.parse(line.slice(2)) : undefined;
}
