// PgBouncer in front of a server: in transaction mode, with few connections.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free_port.ts";
import { asUser, type PostgresServer, temporaryFolder } from "./postgres.ts";

const PROGRAM = "/usr/sbin/pgbouncer";

/** Why there can be none here, or `false`. */
export const missingPgbouncer: string | false = existsSync(PROGRAM)
  ? false
  : "PgBouncer is not installed";

export interface Pgbouncer {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startPgbouncer(
  server: PostgresServer,
): Promise<Pgbouncer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
* = host=127.0.0.1 port=${server.port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
`,
  );
  chmodSync(file, 0o644);
  const [command, ...args] = asUser([PROGRAM, file]);
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      log += chunk;
      if (log.includes("process up")) resolve();
    });
    child.once("exit", () => reject(new Error(`PgBouncer has ended:\n${log}`)));
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
