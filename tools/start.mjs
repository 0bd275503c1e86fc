// Runs an example: `npm start`, `npm start -- board`. On another runtime:
// `npm start -- bun`, `npm start -- workerd board`. `PORT` says where; 8787 by
// default.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildPage, bundleWorker, EXAMPLES } from "./examples.mjs";
import { claimPort, wantedPort } from "./port.mjs";
import { bin, root, setup } from "./setup.mjs";

/** How long a server may take. */
const START_MS = 30_000;

const commands = {
  deno: (_example, port) => ({
    args: [
      "serve",
      "-A",
      "--no-lock",
      `--config=${join(root, "deno.json")}`,
      "--host=127.0.0.1",
      `--port=${port}`,
      "main.ts",
    ],
    ready: /Listening on http/,
  }),
  bun: (_example, port) => ({
    args: ["run", `--port=${port}`, "main.ts"],
    ready: /Started .*server: http/,
  }),
  workerd: (example, port) => ({
    args: ["serve", "--control-fd=3", workerdConfig(example, port)],
    ready: /"event":"listen"/,
  }),
};

try {
  const { example, runtime } = choice(process.argv.slice(2));
  const port = wantedPort();
  const store = storeOf(example);
  mkdirSync(store, { recursive: true });
  await claimPort(port, store, example);
  const patience = setTimeout(() => {
    console.log("Installing what it needs. This happens once.");
  }, 1000);
  await setup();
  clearTimeout(patience);
  buildPage(example);
  await run(example, runtime, commands[runtime](example, port));
  console.log(
    `The ${example} is ready on ${runtime}: http://localhost:${port}/`,
  );
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

/** What is stored goes into a folder of the example's own, which is what the library takes by default. */
function storeOf(example) {
  return join(root, "examples", example, ".agents");
}

/** The example and the runtime that `words` name, in any order. */
function choice(words) {
  const chosen = { example: undefined, runtime: undefined };
  for (const word of words) {
    const kind = Object.hasOwn(EXAMPLES, word)
      ? "example"
      : Object.hasOwn(commands, word)
      ? "runtime"
      : undefined;
    if (kind === undefined || chosen[kind] !== undefined) {
      const examples = Object.keys(EXAMPLES).join(", ");
      const runtimes = Object.keys(commands).join(", ");
      throw new Error(
        `Cannot start "${words.join(" ")}": say one example of ${examples}, ` +
          `and one runtime of ${runtimes}, as in: npm start -- board bun`,
      );
    }
    chosen[kind] = word;
  }
  return {
    example: chosen.example ?? "chat",
    runtime: chosen.runtime ?? "deno",
  };
}

/** Starts the server, and resolves when it listens. From then on what it prints is shown. */
function run(example, runtime, { args, ready }) {
  const child = spawn(join(bin, runtime), args, {
    cwd: join(root, "examples", example),
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
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
function workerdConfig(example, port) {
  const folder = mkdtempSync(join(tmpdir(), `roam-${example}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  bundleWorker(example, join(folder, "worker.js"));
  const store = join(storeOf(example), "workerd");
  mkdirSync(store, { recursive: true });
  const name = EXAMPLES[example];
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "store", disk = (path = ${JSON.stringify(store)}, writable = true))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  durableObjectNamespaces = [(className = "${name}", uniqueKey = "${name}", enableSql = true)],
  durableObjectStorage = (localDisk = "store"),
  bindings = [(name = "${name}", durableObjectNamespace = "${name}")]
);
`,
  );
  return config;
}
