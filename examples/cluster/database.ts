import { execFileSync, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** A PostgreSQL that the example may use. */
export interface Database {
  readonly url: string;
  /** Ends it, and removes what it has stored. */
  stop(): Promise<void>;
}

/** Where systems put its programs, besides the path. */
const PLACES = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

/** That of `DATABASE_URL`, or one of its own in a temporary folder. Rejects with what helps. */
export async function openDatabase(): Promise<Database> {
  const { DATABASE_URL: url } = process.env;
  return url ? { url, async stop() {} } : await startDatabase();
}

async function startDatabase(): Promise<Database> {
  const programs = findPrograms();
  if (programs === undefined) {
    throw new Error(
      "Cannot start: this example needs PostgreSQL: install it (apt install postgresql, brew install postgresql), or say where one is: DATABASE_URL=postgres://user:password@host/database",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "roam-cluster-"));
  const isRoot = process.getuid?.() === 0;
  // It refuses to be root; this is nobody.
  if (isRoot) chownSync(folder, 65534, 65534);
  const user = isRoot
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    : [];
  const [first, ...rest] = [
    ...user,
    join(programs, "initdb"),
    ...["-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
  ];
  execFileSync(first, rest, { stdio: ["ignore", "ignore", "pipe"] });
  const port = await freePort();
  // The shell ends it when this process has ended, whatever has ended that.
  const script =
    'exec 3<&0; "$@" & server=$!; (read line <&3; kill -INT $server 2>/dev/null) & wait $server';
  const server = spawn("sh", [
    ...["-c", script, "sh", ...user, join(programs, "postgres")],
    ...["-D", folder, "-p", `${port}`, "-h", "127.0.0.1", "-k", ""],
  ], { stdio: ["pipe", "ignore", "pipe"], detached: true });
  await new Promise<void>((resolve, reject) => {
    let log = "";
    server.stderr.on("data", (chunk) => {
      log = `${log}${chunk}`.slice(-4000);
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`Cannot start:\n${log}`)));
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      const [pid] = readFileSync(join(folder, "postmaster.pid"), "utf8")
        .split("\n");
      process.kill(Number(pid), "SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The newest ones. */
function findPrograms(): string | undefined {
  return PLACES.filter((place) => existsSync(place)).flatMap((place) =>
    readdirSync(place).sort((a, b) =>
      b.localeCompare(a, "en", { numeric: true })
    )
      .map((version) => join(place, version, "bin"))
  ).find((folder) => existsSync(join(folder, "initdb")));
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}
