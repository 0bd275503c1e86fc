// A project somewhere else, which has the package as npm would bring it.
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { childrenOf, signal } from "../support/signal.ts";
import { ServerProcess } from "../targets/target.ts";
import { bin, nodePath } from "../targets/targets.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));

/** An empty folder, which goes with the process. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "roam-package-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The programs that a user has: the runtimes and npm, and nothing else of the checkout. */
function programs(): string {
  const folder = newFolder();
  symlinkSync(nodePath, join(folder, "node"));
  for (const name of ["deno", "bun", "bunx"]) {
    symlinkSync(join(bin, name), join(folder, name));
  }
  return folder;
}

/** What a user's programs see: no settings of the checkout, a home of their own. */
export const env: Record<string, string | undefined> = {
  PATH: `${programs()}${delimiter}${process.env.PATH}`,
  CI: "true",
  NO_COLOR: "1",
  PORT: undefined,
  NEXT_TELEMETRY_DISABLED: "1",
  WRANGLER_SEND_METRICS: "false",
  DENO_NO_UPDATE_CHECK: "1",
};

/** Runs a command that ends by itself, and returns what it printed. Throws when it fails. */
export async function run(
  cwd: string,
  program: string,
  ...args: string[]
): Promise<string> {
  return (await output(cwd, program, ...args)).stdout;
}

/** The same, and returns all lines that somebody sees, also warnings. */
export async function spoken(
  cwd: string,
  program: string,
  ...args: string[]
): Promise<string[]> {
  const { stdout, stderr } = await output(cwd, program, ...args);
  return `${stdout}${stderr}`.split("\n");
}

function output(
  cwd: string,
  program: string,
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  const options = {
    cwd,
    env: { ...process.env, ...env } as Record<string, string>,
    maxBuffer: 64 * 1024 * 1024,
    timeout: 240_000,
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout, stderr });
      const what = `${[program, ...args].join(" ")} failed in ${cwd}`;
      reject(new Error(`${what}:\n${stdout}${stderr}`));
    });
  });
}

/** Starts a command that goes on. */
export function serve(
  cwd: string,
  program: string,
  ...args: string[]
): ServerProcess {
  const server = new ServerProcess(program, args, { cwd, env });
  after(() => end(server));
  return server;
}

/** Ends a server and all that it has started: npm and Vite do not hand every signal on. */
export async function end(server: ServerProcess): Promise<void> {
  const pids = server.isAlive ? descendants(server.pid) : [];
  for (const pid of pids) signal(pid, "SIGTERM");
  const patience = setTimeout(() => {
    for (const pid of pids) signal(pid, "SIGKILL");
  }, 10_000);
  // No event tells of a process that somebody else has started.
  while (pids.some((pid) => existsSync(`/proc/${pid}/cwd`))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  clearTimeout(patience);
  await server.stop("SIGTERM");
}

/** The process and all below it, the youngest first. */
function descendants(pid: number): number[] {
  return [...childrenOf(pid).flatMap(descendants), pid];
}

/** A port that nobody has at the moment. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Packs the checkout, and returns the path of the archive. */
export async function packed(): Promise<string> {
  const folder = newFolder();
  const script = `import { pack } from ${
    JSON.stringify(join(checkout, "tools/pack.mjs"))
  };
  console.log((await pack(${JSON.stringify(folder)})).path);`;
  const node = ["--input-type=module", "--eval", script];
  return (await run(checkout, "node", ...node)).trim().split("\n").at(-1)!;
}

/** A folder with what JSR would have, which Deno takes for a release as a link. */
export function jsrFiles(): string {
  const folder = newFolder();
  const text = readFileSync(join(checkout, "deno.json"), "utf8");
  for (const name of JSON.parse(text).publish.include) {
    cpSync(join(checkout, name), join(folder, name), { recursive: true });
  }
  return folder;
}

/** The folder of an archive that is unpacked. */
export async function unpacked(archive: string): Promise<string> {
  const folder = newFolder();
  await run(folder, "tar", "xzf", archive);
  return join(folder, "package");
}

/** Writes `files` into a new folder. */
export function project(files: Record<string, string | object>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      typeof content === "string" ? content : JSON.stringify(content),
    );
  }
  return folder;
}

/** Installs the archive and other packages, as a user would. */
export async function install(
  folder: string,
  ...packages: string[]
): Promise<void> {
  if (!existsSync(join(folder, "package.json"))) {
    const manifest = { private: true, type: "module" };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  }
  await run(folder, "npm", "install", "--ignore-scripts=false", ...packages);
}

/** Copies a fixture of this folder into a project. */
export function copy(fixture: string, folder: string): void {
  const path = join(checkout, "tests/packages", fixture);
  cpSync(path, folder, { recursive: true });
}
