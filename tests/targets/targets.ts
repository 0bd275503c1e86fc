import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ServerOutput, ServerProcess } from "./target.ts";

/** A runtime that the library runs on. */
export type Runtime = "deno" | "bun" | "workerd" | "node";

/** All of them. */
export const RUNTIMES: readonly Runtime[] = ["deno", "bun", "workerd", "node"];

/** Where the suite runs: on a runtime; in memory, as agents do in tests of theirs; or on a runtime where another process has the instances. */
export type Target =
  | Runtime
  | "memory"
  | "deno+1 hop"
  | "bun+1 hop"
  | "node+1 hop";

/** How to start a server. */
export interface StartOptions {
  /** The user file, an entry on every runtime: its path in the checkout, or an absolute one. */
  readonly entry: string;
  /** What the entry finds in `process.env.ROAM_PROFILE`. */
  readonly profile?: string;
  /** The Durable Object classes that the entry exports, with the names of their bindings. */
  readonly objects: Readonly<Record<string, string>>;
  /** The folder for what is stored, which outlives the server. Default: in memory, or a folder that does not. */
  readonly store?: string;
  /** The port to listen on. Default a free one. */
  readonly port?: number;
  /** The folder that the server runs in, where its `.agents` is. Default the checkout. Not for workerd. */
  readonly cwd?: string;
  /** A command, with its arguments, that the server's is behind. Not for workerd. */
  readonly through?: readonly string[];
  /** Where in a network it runs. Default on this machine, at `127.0.0.1`. Not for workerd. */
  readonly place?: Place;
  /** For Bun and Node: modules that are loaded before the entry. */
  readonly preload?: readonly string[];
  /** For Deno: another import map beside the checkout's. */
  readonly config?: string;
  /** More variables of its environment; for workerd bindings of text. */
  readonly env?: Readonly<Record<string, string>>;
  /** For workerd: more arguments of esbuild. */
  readonly bundle?: readonly string[];
  /** For workerd: a header of clients that becomes the request's `cf`, as under `wrangler dev`. */
  readonly cfBlobHeader?: string;
  /** For workerd: objects without SQLite, those of `new_classes`. */
  readonly oldObjects?: boolean;
  /** For workerd: what `compatibility_flags` of wrangler.jsonc says. */
  readonly flags?: readonly string[];
}

/** Where in a network a server runs. */
export interface Place {
  /** The address at which it listens. */
  readonly address: string;
  /** What its command has to be behind, which then becomes it. */
  readonly inside: readonly string[];
}

/** A server that listens. */
export interface Server<P extends ServerOutput = ServerProcess> {
  readonly runtime: Runtime;
  /** `host:port`. */
  readonly host: string;
  readonly process: P;
  /** Kills it. */
  stop(signal?: NodeJS.Signals): Promise<unknown>;
}

const HERE: Place = { address: "127.0.0.1", inside: [] };
const root = fileURLToPath(new URL("../../", import.meta.url));
/** Where the runtimes are. */
export const bin = join(root, "tools/node_modules/.bin");

/** Node 22; where there is none for this machine, the one on the `PATH`. `ROAM_NODE` says another one. */
export const nodePath: string = process.env.ROAM_NODE ??
  (existsSync(join(bin, "node")) ? join(bin, "node") : "node");

/** Starts `entry` on `runtime`, on a free port, and waits until it listens. */
export function start(
  runtime: Runtime,
  options: StartOptions,
): Promise<Server> {
  const starts = {
    deno: startDeno,
    bun: startBun,
    workerd: startWorkerd,
    node: startNode,
  };
  return starts[runtime](options);
}

async function startDeno(
  {
    entry,
    profile,
    store,
    port: wanted = 0,
    cwd = root,
    through = [],
    place = HERE,
    config,
    env,
  }: StartOptions,
): Promise<Server> {
  const args = [
    "serve",
    "-A",
    "--no-lock",
    // What has a folder of its own has a configuration of its own.
    ...isAbsolute(entry) ? [] : [`--config=${join(root, "deno.json")}`],
    ...config === undefined ? [] : [`--import-map=${join(root, config)}`],
    `--host=${place.address}`,
    `--port=${wanted}`,
    resolve(root, entry),
  ];
  const process = new ServerProcess(
    ...behind(through, place, join(bin, "deno"), args),
    {
      cwd,
      env: { ROAM_PROFILE: profile, ROAM_STORE: store, ...env },
    },
  );
  const port = await process.until(
    (line) => /Listening on http:\/\/[\d.]+:(\d+)/.exec(line)?.[1],
    "on which port Deno listens",
  );
  return served("deno", port, process, through, place);
}

async function startBun(
  {
    entry,
    profile,
    store,
    port: wanted = 0,
    cwd = root,
    through = [],
    place = HERE,
    preload = [],
    env,
  }: StartOptions,
): Promise<Server> {
  const process = new ServerProcess(
    ...behind(through, place, join(bin, "bun"), [
      "run",
      ...preload.flatMap((module) => ["--preload", resolve(root, module)]),
      `--port=${wanted}`,
      resolve(root, entry),
    ]),
    {
      cwd,
      env: {
        ROAM_PROFILE: profile,
        ROAM_STORE: store,
        PORT: `${wanted}`,
        BUN_PORT: `${wanted}`,
        ...env,
      },
    },
  );
  const port = await process.until(
    (line) => /server: http:\/\/[^:]+:(\d+)/.exec(line)?.[1],
    "on which port Bun listens",
  );
  return served("bun", port, process, through, place);
}

async function startNode(
  {
    entry,
    profile,
    store,
    port: wanted = 0,
    cwd = root,
    through = [],
    place = HERE,
    preload = [],
    env,
  }: StartOptions,
): Promise<Server> {
  const process = new ServerProcess(
    ...behind(through, place, nodePath, [
      "--disable-warning=ExperimentalWarning",
      ...preload.flatMap((module) => ["--import", resolve(root, module)]),
      join(root, "tools/node_entry.mjs"),
      resolve(root, entry),
      place.address,
    ]),
    {
      cwd,
      env: {
        ROAM_PROFILE: profile,
        ROAM_STORE: store,
        PORT: `${wanted}`,
        ...env,
      },
    },
  );
  const port = await process.until(
    (line) => /^Listening on http:\/\/[\d.]+:(\d+)/.exec(line)?.[1],
    "on which port Node listens",
  );
  return served("node", port, process, through, place);
}

async function startWorkerd(options: StartOptions): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "roam-workerd-"));
  bundle(options, join(folder, "worker.js"));
  const store = options.store ?? join(folder, "store");
  await mkdir(store, { recursive: true });
  const config = workerdConfig(options, store);
  await writeFile(join(folder, "config.capnp"), config);
  const args = ["serve", "--control-fd=3", join(folder, "config.capnp")];
  const process = new ServerProcess(join(bin, "workerd"), args, {
    cwd: folder,
  });
  const port = await process.until(
    (line) => /"event":"listen".*"port":(\d+)/.exec(line)?.[1],
    "on which port workerd listens",
  );
  const server = served("workerd", port, process);
  return {
    ...server,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function behind(
  through: readonly string[],
  { inside }: Place,
  command: string,
  args: readonly string[],
): [command: string, args: readonly string[]] {
  const [first, ...rest] = [...through, ...inside, command, ...args];
  return [first, rest];
}

function served(
  runtime: Runtime,
  port: string,
  process: ServerProcess,
  through: readonly string[] = [],
  { address }: Place = HERE,
): Server {
  const host = `${address}:${port}`;
  const stop = (signal?: NodeJS.Signals) =>
    through.length > 0 ? process.stopChild() : process.stop(signal);
  return { runtime, host, process, stop };
}

function bundle(
  { entry, profile, bundle = [] }: StartOptions,
  outfile: string,
): void {
  const { status, stderr } = spawnSync(join(bin, "esbuild"), [
    entry,
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--conditions=workerd",
    "--external:node:*",
    `--define:globalThis.process.env.ROAM_PROFILE=${
      JSON.stringify(profile ?? "")
    }`,
    `--outfile=${outfile}`,
    ...bundle,
    "--log-level=warning",
  ], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot bundle ${entry}:\n${stderr}`);
}

/** See https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
function workerdConfig(
  { objects, port = 0, flags = [], cfBlobHeader, oldObjects = false, env = {} }:
    StartOptions,
  store: string,
): string {
  const namespaces = Object.values(objects).map((className) =>
    `(className = "${className}", uniqueKey = "${className}", enableSql = ${!oldObjects})`
  );
  const bindings = [
    ...Object.entries(objects).map(([binding, className]) =>
      `(name = "${binding}", durableObjectNamespace = "${className}")`
    ),
    ...Object.entries(env).map(([name, text]) =>
      `(name = "${name}", text = ${JSON.stringify(text)})`
    ),
  ];
  const http = cfBlobHeader === undefined
    ? ""
    : `cfBlobHeader = ${JSON.stringify(cfBlobHeader)}`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "store", disk = (path = "${store}", writable = true))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (${http}), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  compatibilityFlags = ${JSON.stringify(flags)},
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (localDisk = "store"),
  bindings = [${bindings.join(", ")}]
);
`;
}
