import assert from "node:assert/strict";
import { once } from "../../support/clients/events.ts";
import { behaviour, type Suite, suite } from "../../support/suite.ts";
import { isForeign } from "./base_frames.ts";
import { classes, entry } from "./entry.ts";
import { hurry } from "./hurry.ts";
import {
  AgentClient,
  type ClientOptions,
  PartySocket,
  type SocketOptions,
} from "./packages.js";

/** The one server of all tests. */
export const server: Suite = await suite("default", entry, classes);

/** The clients of one test. */
export class Visit {
  /** Of the instance that the clients meet in. */
  readonly name = server.name("theirs");
  /** What no server of the base protocol would have sent. */
  readonly foreign: unknown[] = [];
  #sockets: PartySocket[] = [];

  client(agent: string, options: Partial<ClientOptions> = {}): AgentClient {
    const { host } = server.server;
    const { name } = this;
    return this.#watch(
      new AgentClient({ agent, host, name, ...hurry, ...options }),
    );
  }

  /** A client that knows who it has met. */
  async join(
    agent: string,
    options: Partial<ClientOptions> = {},
  ): Promise<AgentClient> {
    const client = this.client(agent, options);
    await identified(client);
    return client;
  }

  /** A socket that knows nothing of agents. */
  socket(party: string, options: Partial<SocketOptions> = {}): PartySocket {
    const { host } = server.server;
    const own = { party, prefix: "agents", room: this.name };
    return this.#watch(new PartySocket({ host, ...own, ...hurry, ...options }));
  }

  end(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #watch<Socket extends PartySocket>(socket: Socket): Socket {
    this.#sockets.push(socket);
    socket.addEventListener("message", (event) => {
      const { data } = event as MessageEvent;
      if (isForeign(data)) this.foreign.push(data);
    });
    return socket;
  }
}

/** A behaviour that Cloudflare's clients see. Whatever they are sent has to be of the base protocol. */
export function theirs(
  name: string,
  run: (visit: Visit) => Promise<void>,
): void {
  behaviour(name, async () => {
    const visit = new Visit();
    try {
      await run(visit);
    } finally {
      visit.end();
    }
    assert.deepEqual(visit.foreign, []);
  });
}

/** The next message, or the next that satisfies `is`. */
export async function message(
  socket: PartySocket,
  is: (data: unknown) => boolean = () => true,
): Promise<unknown> {
  const event = await once<MessageEvent>(
    socket,
    "message",
    ({ data }) => is(data),
  );
  return event.data;
}

/** Sends a command to a fixture's agent and returns its answer; what came before it has been seen then. */
export async function ask(
  socket: PartySocket,
  command: string,
  ...args: unknown[]
  // deno-lint-ignore no-explicit-any -- the test knows what it asked for
): Promise<any> {
  const answer = message(
    socket,
    (data) => typeof data === "string" && data.startsWith(`{"${command}":`),
  );
  socket.send(JSON.stringify([command, ...args]));
  return JSON.parse(await answer as string)[command];
}

/** Waits until the client knows who it has met, however often it has to try: the promise of `ready` is a new one after each failure. */
export async function identified(client: AgentClient): Promise<void> {
  if (!client.identified) await message(client, () => client.identified);
}

/** Waits until the client's state satisfies `is`. */
export async function state(
  client: AgentClient,
  is: (state: unknown) => boolean,
): Promise<void> {
  if (!is(client.state)) await message(client, () => is(client.state));
}
