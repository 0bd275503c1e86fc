// The programs of servers: who runs them, in which folder, and until when.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENCE_MS } from "../patience.ts";

const DEBIAN = "/usr/lib/postgresql";

/** Those of the newest PostgreSQL that is installed. */
export function binaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).map(Number).filter(Number.isFinite);
  const folder = join(DEBIAN, String(Math.max(...versions)), "bin");
  return existsSync(join(folder, "initdb")) ? folder : undefined;
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

/**
 * Starts a server, which ends with this process, however that ends: then the
 * standard input of its shell does. What was stopped goes on, to be ended.
 */
export function spawnServer(command: readonly string[]): ChildProcess {
  const script = '"$@" & server=$!; (read line <&3; kill -QUIT $server; ' +
    "kill -CONT $(cat /proc/$server/task/$server/children) $server) " +
    "2>/dev/null & wait $server";
  const args = ["-c", `exec 3<&0; ${script}`, "sh", ...asUser(command)];
  return spawn("sh", args, { stdio: ["pipe", "ignore", "pipe"] });
}

/** Resolves when the server says `sign` in its log. */
export function saying(
  child: ChildProcess,
  name: string,
  sign: RegExp,
): Promise<void> {
  let log = "";
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(late);
      reject(new Error(`${name} ${why}:\n${log}`));
    };
    const late = setTimeout(() => fail("has not started"), PATIENCE_MS);
    child.once("exit", () => fail("has ended"));
    child.stderr!.on("data", (chunk) => {
      log += chunk;
      if (sign.test(log)) {
        clearTimeout(late);
        resolve();
      }
      log = log.slice(-4000);
    });
  });
}

/** Resolves when it has ended, also when it had before. */
export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
}

/** `nobody`, where this is root. */
function userId(): number | undefined {
  return process.getuid?.() === 0 ? 65534 : undefined;
}
