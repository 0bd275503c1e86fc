import assert from "node:assert/strict";
import { AgentClient } from "../../../client.ts";
import type { AgentClientOptions } from "../../../src/client/options.ts";
import { isProtocolFrame } from "./client.ts";
import { PATIENCE_MS } from "../patience.ts";

/** A client of an agent with a log, and what it has been told. */
export class LogClient {
  readonly client: AgentClient;
  /** Messages, and gaps as `["gap", reason]`, which have not been looked at. */
  readonly got: unknown[] = [];
  #wake = () => {};

  constructor(options: AgentClientOptions) {
    this.client = new AgentClient({ minReconnectionDelay: 10, ...options });
    this.client.binaryType = "arraybuffer";
    this.client.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") this.#take([...new Uint8Array(data)]);
      else if (!isProtocolFrame(data)) this.#take(data);
    });
    this.client.addEventListener("gap", ({ reason }) => {
      this.#take(["gap", reason]);
    });
  }

  /** Asks the agent of the fixture for something. */
  ask(...command: unknown[]): void {
    this.client.send(JSON.stringify(command));
  }

  async next(): Promise<unknown> {
    while (this.got.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const late = () => reject(new Error("no message for a minute"));
        const timer = setTimeout(late, PATIENCE_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.got.shift();
  }

  /** Waits for these, and asserts that nothing else comes before or in between. */
  async gets(...messages: unknown[]): Promise<void> {
    for (const message of messages) {
      assert.deepEqual(await this.next(), message);
    }
  }

  /** Waits until the agent has answered, and asserts that nothing else has come before. */
  async isUpToDate(): Promise<void> {
    this.ask("me", "here");
    await this.gets("here");
  }

  /** How far it is in the log. */
  get offset(): number {
    return Number(this.client.cursor?.split(":")[1]);
  }

  /** What the agent has in its log: offsets and messages. */
  async history(...after: string[]): Promise<unknown> {
    this.ask("history", ...after);
    return JSON.parse(await this.next() as string).history;
  }

  #take(message: unknown): void {
    this.got.push(message);
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}
