import type { NamesQuery } from "../src/ports/storage.ts";
import type { Engine } from "./engine.ts";

/** The names of the instances of `agent` that `engine` has something of, in order. For people who look: no statement is kept. */
export function storedNames(
  engine: Engine,
  { agent, text = "", limit }: NamesQuery,
): readonly string[] {
  const tables = ["state", "job", "log"].map((table) =>
    `SELECT name FROM ${table} WHERE agent = ?1 AND instr(name, ?2) > 0`
  );
  const rows = engine.prepare(
    `${tables.join(" UNION ")} ORDER BY name LIMIT ?3`,
  ).all(agent, text, limit);
  return (rows as { name: string }[]).map(({ name }) => name);
}
