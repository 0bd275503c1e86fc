// A PostgreSQL server of its own for the tests of one process, in a temporary folder.
import { type ChildProcess, execFileSync, spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free_port.ts";
import {
  missingPgbouncer,
  type Pgbouncer,
  startPgbouncer,
} from "./pgbouncer.ts";
import { isPooled } from "./pooled.ts";
import {
  asUser,
  binaries,
  ended,
  runProgram,
  saying,
  spawnServer,
  temporaryFolder,
} from "./server_programs.ts";
import { childrenOf, signal } from "../signal.ts";

/** Why there can be no server here, or `false`. */
export const missing: string | false = binaries() === undefined
  ? "PostgreSQL is not installed"
  : isPooled && missingPgbouncer;

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

/** A server that is reached at a port of 127.0.0.1. Everybody may connect as the user `postgres`, without a password. */
export interface Reached {
  readonly port: number;
  readonly url: string;
}

/** A running server, as nodes reach it: through a pooler, if there is one. */
export class PostgresServer implements Reached {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  /** The server itself, for what a pooler can't do. */
  readonly direct: Reached;
  readonly settings: readonly string[];
  #child: ChildProcess | undefined;
  #pooler: Pgbouncer | undefined;

  constructor(
    folder: string,
    [direct, port]: readonly [direct: number, port: number],
    settings: readonly string[],
  ) {
    this.folder = folder;
    this.port = port;
    this.url = urlOf(port);
    this.direct = { port: direct, url: urlOf(direct) };
    this.settings = settings;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const { port, direct } = this;
    const child = spawnServer([
      join(binaries()!, "postgres"),
      "-D",
      this.folder,
      "-p",
      String(direct.port),
      ...this.settings.flatMap((setting) => ["-c", setting]),
    ]);
    this.#child = child;
    const sign = /ready to accept (?:read-only )?connections/;
    await saying(child, "PostgreSQL", sign);
    if (port !== direct.port) {
      // It outlives crashes of the server.
      this.#pooler ??= await startPgbouncer(direct.port, port);
    }
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
    const pooler = this.#pooler;
    if (pooler !== undefined) {
      const { transactions, waitedMs } = await pooler.figures();
      console.log(
        `pooler: ${transactions} transactions, ${waitedMs} ms waited`,
      );
      await pooler.stop();
    }
    await this.#end("SIGQUIT");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const { pid } = this;
    // In case they were stopped.
    for (const each of [...childrenOf(pid), pid]) signal(each, "SIGCONT");
    signal(pid, how);
    await ended(child);
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
    ...["-h", "127.0.0.1", "-p", String(primary.direct.port)],
    ...["-U", "postgres"],
  ]);
  return new PostgresServer(folder, await freePorts(), primary.settings);
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
  const ports = await freePorts();
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
  const server = new PostgresServer(data, ports, all);
  await server.start();
  return server;
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

/** For a server, and for what nodes reach it through. */
async function freePorts(): Promise<[direct: number, port: number]> {
  const direct = await freePort();
  return [direct, isPooled ? await freePort() : direct];
}

function urlOf(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}
