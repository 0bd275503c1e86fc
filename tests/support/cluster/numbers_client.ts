// A client to which numbers come one after the other, as long as nothing is lost, twice, out of order or closed.
import type { TestClient } from "../clients/client.ts";

/** Between an answer and what is asked next: what is looked for takes no haste. */
const THINK_MS = 5;
/** Echoes that are on their way at once. */
const ECHOES = 16;

/** What is asked of a connection. */
type Client = Pick<TestClient, "next" | "send" | "close">;

interface Kind {
  /** How many are asked for before the first one comes. */
  readonly window: number;
  ask(client: Client, n: number): void;
  /** The number in a message, if it is one. */
  read(message: string): number | undefined;
}

export class NumbersClient {
  readonly name: string;
  /** The last one. */
  count = 0;
  /** What has come instead of the next number. */
  problem: string | undefined;
  /** The longest time without one. */
  longestMs = 0;
  #client: Client;
  #kind: Kind;
  #isOver = false;
  #done: Promise<void>;
  #waiting = new Set<() => void>();

  private constructor(client: Client, name: string, kind: Kind) {
    this.#client = client;
    this.name = name;
    this.#kind = kind;
    this.#done = this.#run().finally(() => this.#wake());
  }

  /** Has a `RoomAgent` count, and store that, one call after the other. */
  static counting(client: Client, key: string): NumbersClient {
    return new NumbersClient(client, `count ${key}`, {
      window: 1,
      ask(client, n) {
        const call = { type: "rpc", id: `${n}`, method: "count", args: [key] };
        client.send(JSON.stringify(call));
      },
      read(message) {
        if (!message.includes('"type":"rpc"')) return undefined;
        const { success, result } = JSON.parse(message);
        return success === true ? result : NaN;
      },
    });
  }

  /** Has it echo, many at once. */
  static echoing(client: Client, key: string): NumbersClient {
    return new NumbersClient(client, `echo ${key}`, {
      window: ECHOES,
      ask: (client, n) => client.send(`${n}`),
      read: (message) => /^\d+$/.test(message) ? Number(message) : undefined,
    });
  }

  /** Hears it beat, from the beginning. */
  static hearing(client: Client, key: string): NumbersClient {
    return new NumbersClient(client, `beat ${key}`, {
      window: 0,
      ask() {},
      read(message) {
        const match = /^beat (\d+)$/.exec(message);
        return match === null ? undefined : Number(match[1]) + 1;
      },
    });
  }

  /** Resolves when it has `count`, or a problem. */
  async has(count: number): Promise<void> {
    while (this.count < count && this.problem === undefined) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Resolves when it is closed. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#client.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    const client = this.#client;
    const { window, ask, read } = this.#kind;
    let since = performance.now();
    for (let n = 1; n <= window; n++) ask(client, n);
    for (;;) {
      let message: string;
      try {
        message = String(await client.next());
      } catch (error) {
        if (!this.#isOver) this.problem = `${this.name}: ${error}`;
        return;
      }
      const n = read(message);
      if (n === undefined) continue;
      if (n !== this.count + 1) {
        this.problem = `${this.name}: ${n} after ${this.count}`;
        return;
      }
      this.count = n;
      const now = performance.now();
      this.longestMs = Math.max(this.longestMs, now - since);
      since = now;
      this.#wake();
      if (window === 0) continue;
      await new Promise((resolve) => setTimeout(resolve, THINK_MS));
      if (!this.#isOver) ask(client, n + window);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
