import type { LogEntry, LogHead, LogWrite } from "../src/ports/log.ts";
import type { AgentAddress } from "../src/ports/storage.ts";
import type { Engine, Statement } from "./engine.ts";
import { entryOf, idsOf, type LogRow } from "./log_rows.ts";

/** The logs of all agents, in the store of their states. */
export class LogTable {
  #head: Statement;
  #after: Statement;
  #append: Statement;
  #prune: Statement;
  #removeAll: Statement;
  /** Most stores have none. */
  #isEmpty: boolean;

  constructor(engine: Engine) {
    const of = "FROM log WHERE agent = ? AND name = ?";
    this.#head = engine.prepare(
      `SELECT epoch, seq AS "offset", at, total ${of} ORDER BY seq DESC LIMIT 1`,
    );
    this.#after = engine.prepare(
      `SELECT seq AS "offset", at, total, text, data, without ${of} AND seq > ? ORDER BY seq`,
    );
    this.#append = engine.prepare(
      `INSERT INTO log (agent, name, seq, epoch, at, total, text, data, without)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    // Reads what goes, and the first that stays.
    this.#prune = engine.prepare(
      `DELETE ${of} AND seq < (
        SELECT seq ${of} AND at >= ? AND total > ? AND seq > ? ORDER BY seq LIMIT 1
      )`,
    );
    this.#removeAll = engine.prepare(`DELETE ${of}`);
    this.#isEmpty =
      engine.prepare("SELECT 1 FROM log LIMIT 1").get() === undefined;
  }

  head({ agent, name }: AgentAddress): LogHead | undefined {
    if (this.#isEmpty) return undefined;
    return this.#head.get(agent, name) as LogHead | undefined;
  }

  after({ agent, name }: AgentAddress, offset: number): readonly LogEntry[] {
    if (this.#isEmpty) return [];
    return (this.#after.all(agent, name, offset) as LogRow[]).map(entryOf);
  }

  /** Part of a transaction. */
  append({ agent, name }: AgentAddress, { epoch, entries, keep }: LogWrite) {
    this.#isEmpty = false;
    for (const { offset, at, total, isText, data, without } of entries) {
      const text = isText ? 1 : 0;
      const ids = idsOf(without);
      this.#append.run(agent, name, offset, epoch, at, total, text, data, ids);
    }
    const { since, totalAbove, offsetAbove } = keep;
    const bounds = [agent, name, since, totalAbove, offsetAbove];
    this.#prune.run(agent, name, ...bounds);
  }

  /** Part of a transaction. */
  removeAll({ agent, name }: AgentAddress): void {
    if (!this.#isEmpty) this.#removeAll.run(agent, name);
  }
}
