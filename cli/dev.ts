import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { freePort } from "./free_port.ts";
import { runtime } from "./runtime.ts";
import { ServedFile } from "./served_file.ts";
import { UserError } from "./user_error.ts";
import { watchFolder } from "./watch_folder.ts";

/** What `roam dev` was told. */
export interface DevOptions {
  readonly file: string;
  readonly port: string | undefined;
  readonly host: string;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Serves `file` in a process of its own, and again when a file of the project
 * changes, until a signal ends it; the state is on disk. Resolves with the
 * exit code.
 */
export async function dev({ file, port, host }: DevOptions): Promise<number> {
  if (runtime.problem !== undefined) throw new UserError(runtime.problem);
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new UserError(
      `Cannot serve ${file}: there is no such file in ${process.cwd()}`,
    );
  }
  const chosen = await freePort(host, port);
  const config = denoConfigOf(dirname(path));
  const served = new ServedFile(() =>
    runtime.command(new URL(childName(), import.meta.url), [
      path,
      host,
      `${chosen}`,
    ], config)
  );
  console.log(`${file} on ${runtime.title}`);
  served.start();
  const watching = watchFolder(process.cwd(), (changed) => {
    console.log(`\n${changed} has changed`);
    served.restart();
  });
  await Promise.race(
    SIGNALS.map((signal) =>
      new Promise<void>((done) => process.once(signal, () => done()))
    ),
  );
  watching.close();
  await served.close();
  return 0;
}

/** Beside this file, in the sources and in the package. */
function childName(): string {
  return import.meta.url.endsWith(".ts") ? "./child.ts" : "./child.js";
}

/** The deno.json that holds for files in `folder`. */
function denoConfigOf(folder: string): string | undefined {
  for (let at = folder;; at = dirname(at)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      if (existsSync(join(at, name))) return join(at, name);
    }
    if (at === dirname(at)) return undefined;
  }
}
