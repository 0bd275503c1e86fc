// PgBouncer in front of a server: in transaction mode, with few connections.
import type { ChildProcess } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postgresClient } from "../../../cluster/postgres.ts";
import { freePort } from "./free_port.ts";
import {
  ended,
  saying,
  spawnServer,
  temporaryFolder,
} from "./server_programs.ts";
import { childrenOf, signal } from "../signal.ts";

const PROGRAM = "/usr/sbin/pgbouncer";

/** Why there can be none here, or `false`. */
export const missingPgbouncer: string | false = existsSync(PROGRAM)
  ? false
  : "PgBouncer is not installed";

/** What has gone through a pooler. */
export interface PoolerFigures {
  readonly transactions: number;
  /** Milliseconds that clients have waited for a connection, all together. */
  readonly waitedMs: number;
}

/** A running pooler. */
export class Pgbouncer {
  readonly port: number;
  readonly url: string;
  #folder: string;
  #child: ChildProcess;

  constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port;
    this.url = urlOf(port, "postgres");
    this.#folder = folder;
    this.#child = child;
  }

  async figures(): Promise<PoolerFigures> {
    const url = urlOf(this.port, "pgbouncer");
    const client = postgresClient({ url, prepare: false, idleMs: 60_000 }, 1);
    try {
      const rows = await client.query("SHOW STATS_TOTALS", []);
      // Its own are there as well.
      const own = rows.filter(({ database }) => database !== "pgbouncer");
      const sum = (name: string) =>
        own.reduce((total, row) => total + Number(row[name]), 0);
      return {
        transactions: sum("xact_count"),
        waitedMs: Math.round(sum("wait_time") / 1000),
      };
    } finally {
      await client.end();
    }
  }

  /** Ends it, and removes its folder. */
  async stop(): Promise<void> {
    for (const pid of childrenOf(this.#child.pid!)) signal(pid, "SIGKILL");
    await ended(this.#child);
    this.#child.stdin!.destroy();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Starts one in front of the server at the port `server`, which need not run yet. */
export async function startPgbouncer(
  server: number,
  port?: number,
): Promise<Pgbouncer> {
  const folder = temporaryFolder();
  port ??= await freePort();
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
* = host=127.0.0.1 port=${server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
admin_users = postgres
pool_mode = transaction
default_pool_size = 3
server_login_retry = 1
`,
  );
  chmodSync(file, 0o644);
  const child = spawnServer([PROGRAM, file]);
  await saying(child, "PgBouncer", /process up/);
  return new Pgbouncer(port, folder, child);
}

function urlOf(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${database}`;
}
