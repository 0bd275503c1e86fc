// A client that has an instance add one to a number of its own, again and again, and knows what that has to return.
import { TestClient } from "../clients/client.ts";
import { Ledger, type Lives } from "./ledger.ts";

/** Milliseconds after which somebody who is not answered is stuck. */
const STUCK_MS = 60_000;
const REST_MS = 50;
/** Between two calls: what is looked for takes no haste. */
const THINK_MS = 5;

/** What all clients have seen. */
export interface LedgerReport {
  readonly acknowledged: number;
  readonly unknown: number;
  readonly connections: number;
  readonly longestMs: number;
  readonly problems: readonly string[];
}

/** Calls `add` one after the other, by way of whichever process; connects again as often as it takes. */
export class LedgerClient {
  readonly ledger: Ledger;
  readonly problems: string[] = [];
  connections = 0;
  longestMs = 0;
  readonly done: Promise<void>;
  #room: string;
  #key: string;
  #host: () => string;
  #isOver = false;
  #client: TestClient | undefined;

  /** `host` is asked for each connection. */
  constructor(room: string, key: string, lives: Lives, host: () => string) {
    this.ledger = new Ledger(room, lives);
    this.#room = room;
    this.#key = key;
    this.#host = host;
    this.done = this.#run();
  }

  /** Breaks its connection. */
  cut(): void {
    this.#client?.socket.close();
  }

  /** Resolves when what is under way is over. */
  end(): Promise<void> {
    this.#isOver = true;
    return this.done;
  }

  async #run(): Promise<void> {
    while (!this.#isOver && this.problems.length === 0) {
      const path = `agents/ledger-agent/${this.#room}`;
      const client = new TestClient(`ws://${this.#host()}/${path}`);
      this.#client = client;
      this.connections++;
      try {
        await within(client.opened, "to be connected");
        while (!this.#isOver && this.problems.length === 0) {
          await this.#add(client);
          await new Promise((resolve) => setTimeout(resolve, THINK_MS));
        }
      } catch (error) {
        if (error instanceof Stuck) this.#problem(error.message);
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      } finally {
        client.socket.close();
      }
    }
  }

  async #add(client: TestClient): Promise<void> {
    const since = performance.now();
    const id = crypto.randomUUID();
    this.ledger.asks();
    const call = { type: "rpc", id, method: "add", args: [this.#key] };
    client.send(JSON.stringify(call));
    const [value, life] = await within(answer(client, id), "an answer");
    const problem = this.ledger.answered(value, life);
    if (problem !== undefined) this.#problem(problem);
    const ms = performance.now() - since;
    this.longestMs = Math.max(this.longestMs, ms);
  }

  #problem(text: string): void {
    this.problems.push(`${this.#room}, ${this.#key}: ${text}`);
  }
}

export function reportOf(clients: readonly LedgerClient[]): LedgerReport {
  const sum = (of: (client: LedgerClient) => number) =>
    clients.reduce((total, client) => total + of(client), 0);
  return {
    acknowledged: sum(({ ledger }) => ledger.acknowledged),
    unknown: sum(({ ledger }) => ledger.unknown),
    connections: sum(({ connections }) => connections),
    longestMs: Math.max(...clients.map(({ longestMs }) => longestMs)),
    problems: clients.flatMap(({ problems }) => problems),
  };
}

/** The result of the call `id`; throws when there is none. */
async function answer(
  client: TestClient,
  id: string,
): Promise<[value: number, life: number]> {
  for (;;) {
    const frame = await client.next() as string;
    const told = JSON.parse(frame);
    if (told.type !== "rpc" || told.id !== id) continue;
    if (told.success !== true) throw new Error(frame);
    return told.result;
  }
}

class Stuck extends Error {}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    const why = `stuck: it waits for ${what} for ${STUCK_MS} ms`;
    timer = setTimeout(() => reject(new Stuck(why)), STUCK_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer!);
  }
}
