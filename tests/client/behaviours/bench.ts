import { AgentClient, type AgentClientOptions } from "../../../client.ts";
import { randomOf } from "../../support/random/random.ts";
import { type SocketClass, type Spy, spyOn } from "./spy.ts";

/** What a client of one runtime has at hand. */
export interface Place {
  /** Where the servers take orders. */
  readonly stage: string;
  /** Where there is no global one. */
  readonly WebSocket?: SocketClass;
  /** Of the random numbers. */
  readonly seed: number;
}

let names = 0;

/** What a behaviour works with: clients of one runtime, and a server of one. */
export class Bench {
  /** The server's runtime. */
  readonly target: string;
  /** `host:port` of the server. */
  readonly host: string;
  /** The same for the proxy before it. */
  readonly proxy: string;
  /** A random number from 0 up to 1. */
  readonly random: () => number;
  #place: Place;
  #clients: AgentClient<never, never>[] = [];
  #hasAsked = false;

  private constructor(place: Place, target: string, hosts: Hosts) {
    this.target = target;
    this.host = hosts.host;
    this.proxy = hosts.proxy;
    this.random = randomOf(place.seed);
    this.#place = place;
  }

  static async open(place: Place, target: string): Promise<Bench> {
    const hosts = await ask(place.stage, target, "hosts");
    return new Bench(place, target, hosts as Hosts);
  }

  /** A name that no other instance on this server has. */
  name(prefix = "test"): string {
    return `${prefix}-${++names}`;
  }

  /** A client of `agent`, which is closed at the end. It retries soon. */
  client<State = unknown>(
    agent: string,
    options: Partial<AgentClientOptions<State>> = {},
  ): AgentClient<State, State> {
    const client = new AgentClient<State, State>({
      agent,
      name: this.name(),
      host: this.host,
      WebSocket: this.#place.WebSocket,
      minReconnectionDelay: 2,
      ...options,
    });
    this.#clients.push(client as never);
    return client;
  }

  /** A WebSocket for a client, and what went over it. */
  spy(): Spy {
    return spyOn(this.#place.WebSocket ?? globalThis.WebSocket);
  }

  /** Has something happen to the server, or to the proxy before it: see `Actor.obey`. */
  async ask(order: string, ...args: unknown[]): Promise<unknown> {
    this.#hasAsked = true;
    return await ask(this.#place.stage, this.target, order, args);
  }

  /** Waits until an agent has noted this, and perhaps more. */
  async noted(...facts: unknown[]): Promise<unknown[]> {
    const note = await ask(this.#place.stage, this.target, "noted", facts);
    return note as unknown[];
  }

  /** Closes the clients, and undoes what has happened. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    if (this.#hasAsked) await this.ask("mend");
  }
}

interface Hosts {
  readonly host: string;
  readonly proxy: string;
}

async function ask(
  stage: string,
  target: string,
  order: string,
  args: unknown[] = [],
): Promise<unknown> {
  const query = `args=${encodeURIComponent(JSON.stringify(args))}`;
  const response = await fetch(`${stage}/${target}/${order}?${query}`);
  if (!response.ok) throw new Error(`${order}: ${await response.text()}`);
  return await response.json();
}
