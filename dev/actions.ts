import type { Instance } from "../src/agent/instance.ts";
import { startInstance } from "../src/agent/server_call.ts";
import { Database } from "../src/durability/database.ts";
import { statementsOf } from "../src/durability/sql_text.ts";
import { INSPECT } from "../src/host/cluster_links.ts";
import type { HostInside } from "../src/host/host.ts";
import type { SqlDatabase, SqlValue } from "../src/ports/storage.ts";
import { Schedules } from "../src/schedules/schedules.ts";
import { instanceView, stateView } from "./instance_views.ts";
import type { Action, Result } from "./messages.ts";

type Queried = Pick<SqlDatabase, "run" | "transaction">;

/** So many rows are shown. */
const MOST_ROWS = 500;

/** Does what the page asks for, in the process that has the instance. Rejects with what speaks against it. */
export async function act(
  inside: HostInside,
  action: Action,
): Promise<Result> {
  const { agent, name } = action;
  const address = { agent, name };
  const peer = await inside.cluster?.owner(address);
  if (peer === undefined) return await actHere(inside, action);
  const call = { address, method: INSPECT, args: [action], depth: 0 };
  return await peer.call(call) as Result;
}

/** The same in this process. */
export async function actHere(
  inside: HostInside,
  action: Action,
): Promise<Result> {
  const { agent, name } = action;
  const kind = inside.kinds.get(agent);
  if (kind === undefined) throw new Error(`No agent ${agent} is served`);
  if (action.do === "look") {
    return {
      instance: await instanceView(inside, kind, name),
      state: await stateView(inside, kind, name),
    };
  }
  const { storage } = inside.namespace.commits;
  // One that is fetched is there when its instance is.
  if (action.do === "sql" && storage.openSql === undefined) {
    if (storage.sql === undefined) {
      throw new Error("The page sees no databases of this storage");
    }
    return { rows: query(storage.sql({ agent, name }), action) };
  }
  const instance = inside.namespace.get(kind, name);
  if (instance === undefined) throw new Error("Too many instances in memory");
  await startInstance(instance);
  switch (action.do) {
    case "sql": {
      const rows = query(databaseOf(instance), action);
      await instance.durable();
      return { rows };
    }
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

/** The `this.sql` of an instance, which stores what it changes. */
function databaseOf(instance: Instance): Queried {
  const database = instance.parts.get(Database);
  const run = (parts: readonly string[]) => database.run(parts, []);
  return {
    run,
    transaction(job) {
      run(["SAVEPOINT page"]);
      try {
        return job();
      } catch (error) {
        run(["ROLLBACK TO page"]);
        throw error;
      } finally {
        run(["RELEASE page"]);
      }
    },
  };
}

const READS = /^(?:SELECT|WITH|VALUES|EXPLAIN)$/;

/** Runs a query. One that must not write, and does, throws, and leaves nothing behind. */
function query(
  database: Queried,
  { query, writes }: { readonly query: string; readonly writes: boolean },
): Record<string, unknown>[] {
  const statements = statementsOf([query]);
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

function changes(database: Queried): SqlValue {
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
