import type { Instance } from "../src/agent/instance.ts";
import { startInstance } from "../src/agent/server_call.ts";
import { statementsOf } from "../src/durability/sql_text.ts";
import type { HostInside } from "../src/host/host.ts";
import type { SqlDatabase, SqlValue } from "../src/ports/storage.ts";
import { Schedules } from "../src/schedules/schedules.ts";
import type { Action, Result } from "./messages.ts";

/** So many rows are shown. */
const MOST_ROWS = 500;

/** Does what the page asks for. Rejects with what speaks against it. */
export async function act(
  inside: HostInside,
  action: Action,
): Promise<Result> {
  const { agent, name } = action;
  const kind = inside.kinds.get(agent);
  if (kind === undefined) throw new Error(`No agent ${agent} is served`);
  if (action.do === "sql") {
    const { storage } = inside.namespace.commits;
    if (storage.sql === undefined) {
      throw new Error(
        "The page sees no databases of this storage",
      );
    }
    const database = storage.sql({ agent, name });
    return { rows: query(database, action.query, action.writes) };
  }
  const instance = inside.namespace.get(kind, name);
  if (instance === undefined) throw new Error("Too many instances in memory");
  await startInstance(instance);
  switch (action.do) {
    case "set":
      instance.state.set(parsed(action.state));
      await instance.durable();
      break;
    case "close":
      instance.connections.link(action.connection)?.close(
        1000,
        "closed on the development page",
      );
      break;
    case "run":
    case "cancel":
      changeJob(instance, action.job, action.do);
      await instance.durable();
      break;
  }
  return {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The state is no JSON: ${(error as Error).message}`);
  }
}

function changeJob(
  instance: Instance,
  id: string,
  what: "run" | "cancel",
): void {
  const { jobs } = instance.parts.get(Schedules);
  const job = jobs.table.get(id);
  if (job === undefined) throw new Error("There is no such job any more");
  if (what === "cancel") return jobs.remove(job);
  if (job.run !== undefined) throw new Error("It runs already");
  jobs.revive(job);
}

const READS = /^(?:SELECT|WITH|VALUES|EXPLAIN)$/;

/** Runs a query. One that must not write, and does, throws, and leaves nothing behind. */
function query(
  database: SqlDatabase,
  text: string,
  writes: boolean,
): Record<string, unknown>[] {
  const statements = statementsOf([text]);
  const run = () =>
    statements.map(({ parts }) => database.run(parts, [])).at(-1)!;
  if (writes) {
    const rows = statements.length === 1 ? run() : database.transaction(run);
    return rows.slice(0, MOST_ROWS).map(printable);
  }
  const other = statements.find(({ verb }) => !READS.test(verb));
  if (other !== undefined) {
    throw new Error(
      `${other.verb} may write, and this is to read only: tick "May write"`,
    );
  }
  const rows = database.transaction(() => {
    const before = changes(database);
    const rows = run();
    if (changes(database) === before) return rows;
    throw new Error(
      'It would have written, and was taken back: tick "May write"',
    );
  });
  return rows.slice(0, MOST_ROWS).map(printable);
}

function changes(database: SqlDatabase): SqlValue {
  return database.run(["SELECT total_changes() AS n"], [])[0].n;
}

/** What JSON has no word for, as text. */
function printable(row: Record<string, SqlValue>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "bigint"
        ? `${value}`
        : value instanceof Uint8Array
        ? `x'${[...value].map(hex).join("")}'`
        : value,
    ]),
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
