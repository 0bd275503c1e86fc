import { type Agent, CallError } from "@roam/agents";

/** What one member has written down, for nobody else. */
export interface Note {
  readonly id: number;
  readonly text: string;
}

const MAX_TEXT = 500;
const MAX_NOTES = 100;

/** The notes of all members. Each question is about one of them. */
export class Notes {
  #agent: Agent;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  open(): void {
    this.#agent.sql`
      CREATE TABLE IF NOT EXISTS notes (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        text TEXT NOT NULL
      )`;
    this.#agent.sql`CREATE INDEX IF NOT EXISTS notes_of ON notes (owner)`;
  }

  of(owner: string): Note[] {
    return this.#agent.sql<{ id: number; text: string }>`
      SELECT id, text FROM notes WHERE owner = ${owner} ORDER BY id`;
  }

  add(owner: string, text: unknown): void {
    if (
      typeof text !== "string" || text.trim() === "" || text.length > MAX_TEXT
    ) {
      throw new CallError("INVALID", `A note has 1 to ${MAX_TEXT} characters`);
    }
    if (this.of(owner).length >= MAX_NOTES) {
      throw new CallError("TOO_MANY", `There is room for ${MAX_NOTES} notes`);
    }
    this.#agent
      .sql`INSERT INTO notes (owner, text) VALUES (${owner}, ${text.trim()})`;
  }

  /** Nothing happens when it is somebody else's. */
  delete(owner: string, id: unknown): void {
    this.#agent
      .sql`DELETE FROM notes WHERE id = ${Number(id)} AND owner = ${owner}`;
  }
}
