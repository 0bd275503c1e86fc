import type { Clock } from "../src/ports/clock.ts";
import { EngineError } from "./engine.ts";

/** What is added to a deadline for each byte that a statement carries: a second for a mebibyte. */
export const MS_PER_BYTE: number = 1000 / 1024 / 1024;

/** A row of a result. */
export type Row = Record<string, unknown>;

/** Connections to a database. */
export interface Client {
  /** Runs one statement. */
  query(text: string, values: readonly string[]): Promise<readonly Row[]>;
  /** Where connections begin, once there was one over a network. */
  readonly local: string | undefined;
  /** Cuts all connections, at once. What runs rejects, or never settles. */
  destroy(): void;
  /** Ends them when nothing runs. */
  end(): Promise<void>;
}

/** What a {@linkcode Lane} needs. */
export interface LaneOptions {
  connect(): Client;
  readonly after: NonNullable<Clock["after"]>;
  /** What an error of the client means, and whether the connection goes on. */
  explain(error: unknown): Explained;
}

/** An error of a client, and whether its connection goes on. */
export interface Explained {
  readonly error: EngineError;
  readonly isOpen: boolean;
}

/**
 * Statements of one kind. Each has a deadline. When one passes, or a
 * connection fails, all connections of the lane are cut and the next statement
 * makes new ones: a client waits for ever on a connection that is half open.
 */
export class Lane {
  #options: LaneOptions;
  #client: Client | undefined;
  #isClosed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Rejects with an {@linkcode EngineError}. */
  run(
    text: string,
    values: readonly string[],
    deadlineMs: number,
  ): Promise<readonly Row[]> {
    if (this.#isClosed) {
      return Promise.reject(new EngineError("wrong", "the database is closed"));
    }
    const client = this.#client ??= this.#options.connect();
    return new Promise((resolve, reject) => {
      const cancel = this.#options.after(deadlineMs, () => {
        this.#cut(client);
        const ms = Math.round(deadlineMs);
        reject(
          new EngineError(
            "unknown",
            `the database has not answered for ${ms} ms`,
          ),
        );
      });
      client.query(text, values).then((rows) => {
        cancel();
        resolve(rows);
      }, (error) => {
        cancel();
        const explained = this.#options.explain(error);
        if (!explained.isOpen) this.#cut(client);
        reject(explained.error);
      });
    });
  }

  /** Where its connections begin. */
  get local(): string | undefined {
    return this.#client?.local;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client?.end();
  }

  #cut(client: Client): void {
    if (this.#client === client) this.#client = undefined;
    client.destroy();
  }
}
