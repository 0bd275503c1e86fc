import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  AgentClient,
  type AgentClientOptions,
  type StateOf,
} from "../../../client.ts";
import { once } from "../../support/clients/events.ts";
import { theirApp } from "../their_app/migration.ts";
import { startTheirs } from "../their_sdk.ts";
import { extensionsIn, recording, type Sent } from "./recorder.ts";

/** Options of a client; `headers` stand for what a page would send by itself. */
export type VisitOptions<A> = Partial<AgentClientOptions<StateOf<A>>> & {
  headers?: Record<string, string>;
};

/** Our client's visits to the app of their_app/ on Cloudflare's own server. */
export class Visits {
  readonly host: string;
  readonly sent = {
    urls: [] as string[],
    messages: [] as unknown[],
    probes: [] as string[],
  } satisfies Sent;
  #clients: AgentClient[] = [];

  constructor(host: string) {
    this.host = host;
  }

  /** A client that retries soon, and writes down what it sends. */
  client<A>(
    agent: string,
    name: string,
    { headers, ...options }: VisitOptions<A> = {},
  ): AgentClient<A> {
    const client = new AgentClient<A>({
      agent,
      name,
      host: this.host,
      minReconnectionDelay: 1,
      WebSocket: recording(this.sent, headers),
      fetch: (input, init) => {
        this.sent.probes.push(String(input));
        return fetch(input, init);
      },
      ...options,
    });
    this.#clients.push(client as AgentClient);
    return client;
  }

  /** The same, when the server has said who answers. */
  async ready<A>(...options: Parameters<typeof this.client<A>>) {
    const client = this.client<A>(...options);
    await client.ready;
    return client;
  }

  leave(): void {
    for (const client of this.#clients) client.close();
  }
}

/** Starts their server, with the app in `folder`, for the tests of one file. */
export async function visits(folder: string = theirApp): Promise<Visits> {
  const server = await startTheirs(folder);
  const result = new Visits(server.host);
  after(async () => {
    result.leave();
    await server.stop();
  });
  return result;
}

/** The last test of a file. */
export function testSilence({ sent }: Visits): void {
  test("Nothing that was sent is an extension, but for _roam=1 in the URL", () => {
    assert.ok(sent.urls.length > 0 && sent.messages.length > 0);
    assert.deepEqual(extensionsIn(sent), []);
    for (const url of sent.urls) assert.match(url, /\?_pk=[^&]+&_roam=1(&|$)/);
  });
}

/** The next text message that is not a frame of the protocol. */
export async function heard<A>(client: AgentClient<A>): Promise<string> {
  const event = await once<MessageEvent>(
    client,
    "message",
    ({ data }) =>
      typeof data === "string" && !/"type":"(cf_agent|rpc)/.test(data),
  );
  return event.data;
}
