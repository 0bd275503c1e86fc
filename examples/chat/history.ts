import type { Agent } from "@roam/agents";
import type { Said } from "./said.ts";

/** How much of the past a room keeps. */
const LINES = 200;

interface Row {
  readonly id: string;
  readonly author: string;
  readonly name: string;
  readonly text: string;
  readonly at: number;
}

/** What was said in one room last, in the room's own database. */
export class History {
  #agent: Agent;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  open(): void {
    this.#agent.sql`
      CREATE TABLE IF NOT EXISTS said (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        author TEXT NOT NULL,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL
      )`;
  }

  /** Keeps a message, and says whether it is a new one. */
  add({ id, from, text, at }: Said): boolean {
    const [added] = this.#agent.sql<{ n: number }>`
      INSERT INTO said (id, author, name, text, at)
      VALUES (${id}, ${from.id}, ${from.name}, ${text}, ${at})
      ON CONFLICT (id) DO NOTHING
      RETURNING n`;
    if (added === undefined) return false;
    this.#agent.sql`DELETE FROM said WHERE n <= ${added.n - LINES}`;
    return true;
  }

  /** Everything, the oldest first. */
  all(): Said[] {
    const rows = this.#agent.sql<Row>`SELECT * FROM said ORDER BY n`;
    return rows.map(({ id, author, name, text, at }) => ({
      id,
      from: { id: author, name },
      text,
      at,
    }));
  }
}
