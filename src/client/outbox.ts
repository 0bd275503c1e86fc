import { AgentClientError } from "./errors.ts";

/** What a WebSocket takes. */
export type ClientData = Parameters<WebSocket["send"]>[0];

interface Letter {
  readonly data: ClientData;
  /** Called when it is on its way. The application's own messages have none. */
  readonly sent?: () => void;
}

/** What waits for a connection, in order, and not without bound. */
export class Outbox {
  #letters = new Set<Letter>();
  #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return new Blob([...this.#letters].map(({ data }) => data as string)).size;
  }

  /** Returns how to take it out again. Throws when it is full. */
  add(data: ClientData, sent?: () => void): () => void {
    if (this.#letters.size >= this.#limit) {
      throw new AgentClientError(
        "QUEUE_FULL",
        "Cannot send: too many messages wait",
      );
    }
    const letter = { data, sent };
    this.#letters.add(letter);
    return () => this.#letters.delete(letter);
  }

  flush(send: (data: ClientData) => void): void {
    for (const letter of this.#letters) {
      this.#letters.delete(letter);
      send(letter.data);
      letter.sent?.();
    }
  }

  /** Takes the application's own messages out. */
  drain(): ClientData[] {
    const own = [...this.#letters].filter(({ sent }) => !sent);
    for (const letter of own) this.#letters.delete(letter);
    return own.map(({ data }) => data);
  }
}
