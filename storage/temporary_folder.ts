import { builtin } from "../platform/builtin.ts";
import { type Engine, openEngine, openError } from "./engine.ts";

/** A database that its process has locked while it lives: the system lets go of a lock when its process ends, however it ends. */
const LOCK = "/lock";
/** A file that names the {@linkcode systemId}; written once the lock is taken. */
const SYSTEM = "/system";

interface FileSystem {
  mkdtempSync(prefix: string): string;
  writeFileSync(path: string, text: string): void;
  readFileSync(path: string, encoding: string): string;
  readdirSync(path: string): string[];
  lstatSync(path: string): { readonly uid: number; isDirectory(): boolean };
  existsSync(path: string): boolean;
  rmSync(path: string, options: typeof ALL): void;
  readonly promises: {
    rm(path: string, options: typeof ALL): Promise<void>;
  };
}

interface Globals {
  readonly Deno?: {
    readonly permissions: {
      querySync(wanted: { name: string }): { readonly state: string };
    };
  };
  readonly process: { readonly platform: string };
}

const ALL = { recursive: true, force: true };

/**
 * A folder for temporary files that nobody else may read. What processes that
 * were killed have left beside it is removed.
 */
export class TemporaryFolder {
  readonly path: string;
  /** Resolves when what others have left is gone, so far as it can be. */
  readonly swept: Promise<void>;
  #fs: FileSystem;
  #lock: Engine;

  constructor() {
    const fs = this.#fs = builtin<FileSystem>("node:fs");
    let path: string | undefined;
    try {
      const { tmpdir } = builtin<{ tmpdir(): string }>("node:os");
      const prefix = `${tmpdir()}/roam-sql-`;
      path = this.path = fs.mkdtempSync(prefix);
      this.#lock = openEngine(path + LOCK, "os", "its lock");
      this.swept = sweep(fs, prefix, path).catch(() => {});
    } catch (error) {
      if (path !== undefined) fs.rmSync(path, ALL);
      throw openError(error, "a folder for temporary files");
    }
  }

  /** Removes it, with all that is in it. */
  remove(): void {
    this.#lock.close();
    this.#fs.rmSync(this.path, ALL);
  }
}

/** Marks the folder `own`, and removes those of processes of the same user and system that are gone. */
async function sweep(
  fs: FileSystem,
  prefix: string,
  own: string,
): Promise<void> {
  const system = systemId(fs);
  fs.writeFileSync(own + SYSTEM, system);
  const { uid } = fs.lstatSync(own);
  const at = prefix.lastIndexOf("/") + 1;
  for (const name of fs.readdirSync(prefix.slice(0, at))) {
    if (!name.startsWith(prefix.slice(at))) continue;
    const path = prefix.slice(0, at) + name;
    try {
      // Files of others may be anything: they are not opened.
      const found = fs.lstatSync(path);
      if (!found.isDirectory() || found.uid !== uid) continue;
      // Another machine that has the folder too need not see the same locks.
      if (fs.readFileSync(path + SYSTEM, "utf8") !== system) continue;
      if (!fs.existsSync(path + LOCK)) continue;
      const lock = openEngine(path + LOCK, "os", "its lock");
      try {
        for (const file of fs.readdirSync(path)) {
          // Without these nobody would dare to remove what is left.
          if (/^(?:lock|system)/.test(file)) continue;
          await fs.promises.rm(`${path}/${file}`, ALL);
        }
      } finally {
        lock.close();
      }
      await fs.promises.rm(path, ALL);
    } catch {
      // Its process lives, or it can't be told: it stays.
    }
  }
}

/**
 * Names the running kernel, which all containers of a machine share, and which
 * is another one after a restart of the machine. Throws where it can't be
 * known. Of systems other than Linux it is the name only.
 */
function systemId(fs: FileSystem): string {
  const { Deno, process } = globalThis as unknown as Globals;
  if (process.platform !== "linux") return process.platform;
  // What Deno reads there with -A it would ask the person at the terminal for without.
  const answer = Deno?.permissions.querySync({ name: "ffi" });
  if (answer && answer.state !== "granted") throw new Error("not allowed");
  return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
}
