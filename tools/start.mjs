// Runs the gallery of all examples, or one of them: `npm start`,
// `npm start -- board`. On another runtime: `npm start -- bun`,
// `npm start -- workerd board`. `PORT` says where, 8787 by default, and
// `npm start -- --host 0.0.0.0` lets other devices in.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { agentsOf, buildPage, bundleWorker, EXAMPLES } from "./examples.mjs";
import { networkUrls } from "./network_urls.mjs";
import { claimPort, wantedPort } from "./port.mjs";
import { bin, nodePath, root, setupAloud } from "./setup.mjs";

/** How long a server may take. */
const START_MS = 30_000;

/** What can be started. */
const names = ["gallery", ...Object.keys(EXAMPLES)];

const commands = {
  deno: (_example, port, host) => ({
    args: [
      "serve",
      "-A",
      "--no-lock",
      `--config=${join(root, "deno.json")}`,
      `--host=${host}`,
      `--port=${port}`,
      "main.ts",
    ],
    ready: /Listening on http/,
  }),
  // By itself Bun listens on every address.
  bun: (_example, port, host) => ({
    args: [join(root, "cli/child.ts"), "main.ts", host, `${port}`],
    ready: /^ {2}http:/,
  }),
  node: (_example, _port, host) => ({
    command: nodePath(),
    args: [
      "--disable-warning=ExperimentalWarning",
      join(root, "tools/node_entry.mjs"),
      "main.ts",
      host,
    ],
    ready: /^Listening on http/,
  }),
  workerd: (example, port, host) => ({
    args: ["serve", "--control-fd=3", workerdConfig(example, port, host)],
    ready: /"event":"listen"/,
  }),
};

try {
  const { words, host } = parsed(process.argv.slice(2));
  const { example, runtime } = choice(words);
  if (example === "cluster" && host !== "127.0.0.1") {
    throw new Error("The cluster is for this machine alone: leave --host out");
  }
  const port = wantedPort();
  const store = storeOf(example);
  mkdirSync(store, { recursive: true });
  await claimPort(port, host, store, example);
  await setupAloud();
  buildPage(example);
  await run(example, runtime, port, host);
  console.log(
    `The ${example} is ready on ${runtime}: http://localhost:${port}/`,
  );
  for (const url of networkUrls(host, port)) {
    console.log(`On other devices of the network: ${url}`);
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

/** What is stored goes into a folder of the example's own, which is what the library takes by default. */
function storeOf(example) {
  return join(root, "examples", example, ".agents");
}

/** What an example signs sessions with: from the environment, or made once and kept with what is stored. */
function secretOf(example) {
  if (process.env.SESSION_SECRET) return process.env.SESSION_SECRET;
  const file = join(storeOf(example), "secret");
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(32).toString("base64"), { mode: 0o600 });
  }
  return readFileSync(file, "utf8");
}

/** What was said: words, and the address to listen on. */
function parsed(args) {
  const options = { host: { type: "string", default: "127.0.0.1" } };
  try {
    const { values, positionals } = parseArgs({
      args,
      options,
      allowPositionals: true,
    });
    return { words: positionals, host: values.host };
  } catch ({ message }) {
    throw new Error(`Cannot start: ${message}`);
  }
}

/** The example and the runtime that `words` name, in any order. */
function choice(words) {
  const chosen = { example: undefined, runtime: undefined };
  for (const word of words) {
    const kind = names.includes(word)
      ? "example"
      : Object.hasOwn(commands, word)
      ? "runtime"
      : undefined;
    if (kind === undefined || chosen[kind] !== undefined) {
      const runtimes = Object.keys(commands).join(", ");
      throw new Error(
        `Cannot start "${words.join(" ")}": say one example of ${
          names.join(", ")
        }, ` +
          `and one runtime of ${runtimes}, as in: npm start -- board bun`,
      );
    }
    chosen[kind] = word;
  }
  const { example = "gallery", runtime = "deno" } = chosen;
  if (example === "cluster" && runtime === "workerd") {
    throw new Error(
      "There is no cluster on workerd: Durable Objects do by themselves what it shows. Say deno, bun or node",
    );
  }
  return { example, runtime };
}

/** Starts the server, and resolves when it listens. From then on what it prints is shown. */
function run(example, runtime, port, host) {
  const { command, args, ready } = commands[runtime](example, port, host);
  const child = spawn(command ?? join(bin, runtime), args, {
    cwd: join(root, "examples", example),
    env: {
      NODE_ENV: "development",
      ...process.env,
      DENO_NO_UPDATE_CHECK: "1",
      PORT: String(port),
      SESSION_SECRET: secretOf(example),
    },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  endWith(child);
  return new Promise((resolve, reject) => {
    const lines = [];
    let listening = false;
    const fail = (why) =>
      reject(new Error([`Cannot start: ${why}`, ...lines].join("\n")));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`${runtime} does not listen`);
    }, START_MS);
    for (const input of child.stdio.slice(1)) {
      createInterface({ input }).on("line", (line) => {
        if (listening) return console.log(line);
        lines.push(line);
        if (!ready.test(line)) return;
        listening = true;
        clearTimeout(timer);
        resolve();
      });
    }
    child.once("error", (error) => fail(error.message));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (!listening) return fail(`${runtime} ended with ${signal ?? code}`);
      console.error(`${runtime} ended with ${signal ?? code}`);
      process.exit(1);
    });
  });
}

/** Ctrl-C ends the server, and then this. */
function endWith(child) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => {
      child.removeAllListeners("close").once("close", () => process.exit(0));
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 3000);
    });
  }
  process.on("exit", () => child.kill("SIGKILL"));
}

/**
 * workerd runs one script, and wants to be told where. Returns its
 * configuration.
 * See https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp
 */
function workerdConfig(example, port, host) {
  const folder = mkdtempSync(join(tmpdir(), `roam-${example}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  bundleWorker(example, join(folder, "worker.js"));
  const store = join(storeOf(example), "workerd");
  mkdirSync(store, { recursive: true });
  const names = agentsOf(example);
  const objects = names.map((name) =>
    `(className = "${name}", uniqueKey = "${name}", enableSql = true)`
  );
  const secret = JSON.stringify(secretOf(example));
  const bindings = [
    ...names.map((name) =>
      `(name = "${name}", durableObjectNamespace = "${name}")`
    ),
    `(name = "SESSION_SECRET", text = ${secret})`,
  ];
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "store", disk = (path = ${JSON.stringify(store)}, writable = true))
  ],
  sockets = [(name = "http", address = "${host}:${port}", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  durableObjectNamespaces = [${objects.join(", ")}],
  durableObjectStorage = (localDisk = "store"),
  bindings = [${bindings.join(", ")}]
);
`,
  );
  return config;
}
