import type {
  DueJob,
  DueQuery,
  JobChange,
  StoredJob,
} from "../src/ports/jobs.ts";
import type { AgentAddress } from "../src/ports/storage.ts";
import type { Engine, Statement } from "./engine.ts";

/** The jobs of all agents, in the store of their states. */
export class JobTable {
  #of: Statement;
  #save: Statement;
  #remove: Statement;
  #removeAll: Statement;
  #dueFrom: Statement;
  #due: Statement;
  /** Most stores have none: then a start asks for none. */
  #isEmpty: boolean;

  constructor(engine: Engine) {
    this.#of = engine.prepare(
      "SELECT id, due, every, job FROM job WHERE agent = ? AND name = ?",
    );
    this.#save = engine.prepare(
      `INSERT INTO job (agent, name, id, due, every, job)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (agent, name, id) DO UPDATE SET
        due = excluded.due, every = excluded.every, job = excluded.job`,
    );
    this.#remove = engine.prepare(
      "DELETE FROM job WHERE agent = ? AND name = ? AND id = ?",
    );
    this.#removeAll = engine.prepare(
      "DELETE FROM job WHERE agent = ? AND name = ?",
    );
    const due = "SELECT due, agent, name, every FROM job WHERE due <= ?";
    const order = "ORDER BY due, agent, name LIMIT ?";
    // The second condition alone would not find its place in the index.
    this.#dueFrom = engine.prepare(
      `${due} AND due >= ? AND (due, agent, name) > (?, ?, ?) ${order}`,
    );
    this.#due = engine.prepare(`${due} ${order}`);
    this.#isEmpty =
      engine.prepare("SELECT 1 FROM job LIMIT 1").get() === undefined;
  }

  of({ agent, name }: AgentAddress): readonly StoredJob[] {
    if (this.#isEmpty) return [];
    return this.#of.all(agent, name) as StoredJob[];
  }

  /** Part of a transaction. */
  change({ agent, name }: AgentAddress, changes: readonly JobChange[]): void {
    for (const { id, job } of changes) {
      if (job === undefined) this.#remove.run(agent, name, id);
      else {
        this.#save.run(agent, name, id, job.due, job.every, job.job);
        this.#isEmpty = false;
      }
    }
  }

  /** Part of a transaction. */
  removeAll({ agent, name }: AgentAddress): void {
    if (!this.#isEmpty) this.#removeAll.run(agent, name);
  }

  due({ after, until, limit }: DueQuery): readonly DueJob[] {
    if (this.#isEmpty) return [];
    const last = Math.min(until, Number.MAX_SAFE_INTEGER);
    if (after === undefined) return this.#due.all(last, limit) as DueJob[];
    const { due, agent, name } = after;
    return this.#dueFrom.all(last, due, due, agent, name, limit) as DueJob[];
  }
}
