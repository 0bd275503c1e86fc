// A PostgreSQL server of its own for the tests of one process, in a temporary folder.
import {
  type ChildProcess,
  execFileSync,
  spawn,
  spawnSync,
} from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free_port.ts";

const DEBIAN = "/usr/lib/postgresql";

/** Why there can be no server here, or `false`. */
export const missing: string | false = binaries() === undefined
  ? "PostgreSQL is not installed"
  : false;

/** Why there can be no certificate here, or `false`. */
export const noOpenssl: string | false =
  spawnSync("openssl", ["version"]).status === 0
    ? false
    : "openssl is not installed";

/** How a server is started. */
export interface PostgresSettings {
  /** It syncs: what is acknowledged survives the end of the machine. Slower. Default `false`. */
  readonly durable?: boolean;
  /** More lines of its configuration. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Lines about who may connect how, before those that let everybody in. */
  readonly access?: string;
  /** It takes encrypted connections, with a certificate that nobody has signed. */
  readonly certificate?: boolean;
  /** The folder of a standby that was made already. */
  readonly folder?: string;
}

/** A running server. Everybody may connect as the user `postgres`, without a password. */
export class PostgresServer {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  readonly settings: readonly string[];
  #child: ChildProcess | undefined;

  constructor(folder: string, port: number, settings: readonly string[]) {
    this.folder = folder;
    this.port = port;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    this.settings = settings;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const command = asUser([
      join(binaries()!, "postgres"),
      "-D",
      this.folder,
      "-p",
      String(this.port),
      ...this.settings.flatMap((setting) => ["-c", setting]),
    ]);
    // It ends with this process, however that ends: then its standard input does.
    // What was stopped goes on, to be ended.
    const script = '"$@" & server=$!; (read line <&3; kill -QUIT $server; ' +
      "kill -CONT $(cat /proc/$server/task/$server/children) $server) " +
      "2>/dev/null & wait $server";
    const shell = ["sh", "-c", `exec 3<&0; ${script}`, "sh", ...command];
    const child = spawn(shell[0], shell.slice(1), {
      stdio: ["pipe", "ignore", "pipe"],
    });
    this.#child = child;
    let log = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr!.on("data", (chunk) => {
        log += chunk;
        if (/ready to accept (?:read-only )?connections/.test(log)) resolve();
        log = log.slice(-4000);
      });
      child.once("exit", () => {
        reject(new Error(`PostgreSQL has ended:\n${log}`));
      });
    });
  }

  /** The process that all others of the server descend from. */
  get pid(): number {
    const [line] = readFileSync(join(this.folder, "postmaster.pid"), "utf8")
      .split("\n");
    return Number(line);
  }

  /** Stops all of its processes, as a machine that hangs. Returns what has them go on. */
  hang(): () => void {
    const { pid } = this;
    // The postmaster first: it would begin new ones.
    process.kill(pid, "SIGSTOP");
    const pids = [...childrenOf(pid)];
    for (const child of pids) signal(child, "SIGSTOP");
    return () => {
      for (const child of [...pids, pid]) signal(child, "SIGCONT");
    };
  }

  /** Ends it without a word to anybody: it has to recover when it starts the next time. */
  async crash(): Promise<void> {
    await this.#end("SIGQUIT");
  }

  /** Ends it, and removes its folder. */
  async stop(): Promise<void> {
    await this.#end("SIGQUIT");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const { pid } = this;
    // In case they were stopped.
    for (const each of [...childrenOf(pid), pid]) signal(each, "SIGCONT");
    signal(pid, how);
    await ended;
    child.stdin!.destroy();
  }
}

/** A second server that follows `primary`, as a standby that may be behind. It has to be started. */
export async function makeStandby(
  primary: PostgresServer,
): Promise<PostgresServer> {
  const folder = temporaryFolder();
  runProgram("pg_basebackup", [
    ...["-D", folder, "-R", "-X", "stream", "--no-sync", "-c", "fast"],
    ...["-h", "127.0.0.1", "-p", String(primary.port), "-U", "postgres"],
  ]);
  return new PostgresServer(folder, await freePort(), primary.settings);
}

/** Makes a server, and starts it. */
export async function startPostgres(
  { durable = false, settings = {}, access, certificate = false, folder }:
    PostgresSettings = {},
): Promise<PostgresServer> {
  const data = folder ?? makeFolder();
  if (access !== undefined) {
    const file = join(data, "pg_hba.conf");
    writeFileSync(file, `${access}\n${readFileSync(file, "utf8")}`);
  }
  if (certificate) makeCertificate(data);
  const port = await freePort();
  const all = Object.entries({
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 100,
    shared_buffers: "32MB",
    autovacuum: "off",
    ssl: certificate ? "on" : "off",
    ...durable ? {} : { fsync: "off", full_page_writes: "off" },
    ...settings,
  }).map(([name, value]) => `${name}=${value}`);
  const server = new PostgresServer(data, port, all);
  await server.start();
  return server;
}

/** A folder of the user who runs servers. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "roam-postgres-"));
  const user = userId();
  if (user !== undefined) chownSync(folder, user, user);
  return folder;
}

/** Runs a program of PostgreSQL, such as `pg_basebackup`, to its end. */
export function runProgram(name: string, args: readonly string[]): void {
  const [command, ...rest] = asUser([join(binaries()!, name), ...args]);
  execFileSync(command, rest, { stdio: ["ignore", "ignore", "pipe"] });
}

/** The same command as a user who is not root, which servers refuse to be. */
export function asUser(command: readonly string[]): string[] {
  const user = userId();
  if (user === undefined) return [...command];
  return [
    "setpriv",
    `--reuid=${user}`,
    `--regid=${user}`,
    "--clear-groups",
    "--",
    ...command,
  ];
}

function makeCertificate(folder: string): void {
  const [command, ...args] = asUser([
    ...["openssl", "req", "-new", "-x509", "-days", "1", "-nodes", "-batch"],
    ...["-subj", "/CN=localhost", "-out", join(folder, "server.crt")],
    ...["-keyout", join(folder, "server.key")],
  ]);
  execFileSync(command, args, { stdio: "ignore" });
  chmodSync(join(folder, "server.key"), 0o600);
}

function makeFolder(): string {
  const folder = temporaryFolder();
  runProgram("initdb", [
    "-D",
    folder,
    "-U",
    "postgres",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  return folder;
}

/** `nobody`, where this is root. */
function userId(): number | undefined {
  return process.getuid?.() === 0 ? 65534 : undefined;
}

/** A child ends whenever its client has left. */
function signal(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(pid, how);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function* childrenOf(pid: number): Generator<number> {
  const path = `/proc/${pid}/task/${pid}/children`;
  for (const child of readFileSync(path, "utf8").trim().split(/\s+/)) {
    if (child !== "") yield Number(child);
  }
}

/** The newest that is installed. */
function binaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).map(Number).filter(Number.isFinite);
  const folder = join(DEBIAN, String(Math.max(...versions)), "bin");
  return existsSync(join(folder, "initdb")) ? folder : undefined;
}
