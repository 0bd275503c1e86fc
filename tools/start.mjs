// Runs the chat: `npm start`. On another runtime: `npm start -- bun`, or
// `npm start -- workerd`. `PORT` says where; 8787 by default.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bin, root, setup } from "./setup.mjs";

const ENTRY = "examples/chat/main.ts";
/** How long a server may take. */
const START_MS = 30_000;

const commands = {
  deno: (port) => ({
    args: ["serve", "-A", "--no-lock", "--host=127.0.0.1", `--port=${port}`],
    ready: /Listening on http/,
  }),
  bun: (port) => ({
    args: ["run", `--port=${port}`],
    ready: /Started .*server: http/,
  }),
  workerd: (port) => ({
    args: ["serve", "--control-fd=3"],
    entry: bundle(port),
    ready: /"event":"listen"/,
  }),
};

try {
  const [runtime = "deno"] = process.argv.slice(2);
  if (!Object.hasOwn(commands, runtime)) {
    const known = Object.keys(commands).join(", ");
    throw new Error(`Cannot start on "${runtime}": it must be one of ${known}`);
  }
  const port = wantedPort();
  await assertFree(port);
  const patience = setTimeout(() => {
    console.log("Installing what it needs. This happens once.");
  }, 1000);
  await setup();
  clearTimeout(patience);
  await run(runtime, commands[runtime](port));
  console.log(`Chat is ready: http://localhost:${port}/`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

function wantedPort() {
  const port = process.env.PORT || "8787";
  if (/^\d+$/.test(port) && port >= 1 && port <= 65535) return Number(port);
  throw new Error(`Cannot start: PORT must be 1 to 65535: received "${port}"`);
}

/** Bun would share the port with another server of its kind, and others hide the reason. */
function assertFree(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", ({ code }) => {
      const why = code === "EADDRINUSE"
        ? "is in use: end what uses it, or choose another one, as in PORT=8788 npm start"
        : `can't be used: ${code}`;
      reject(new Error(`Cannot start: port ${port} ${why}`));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(resolve));
  });
}

/** Starts the server, and resolves when it listens. From then on what it prints is shown. */
function run(runtime, { args, entry = ENTRY, ready }) {
  const child = spawn(join(bin, runtime), [...args, entry], {
    cwd: root,
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

/** workerd runs one script, and wants to be told where. Returns its configuration. */
function bundle(port) {
  const folder = mkdtempSync(join(tmpdir(), "roam-chat-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { status, stderr } = spawnSync(join(bin, "esbuild"), [
    ENTRY,
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--conditions=workerd",
    "--external:node:*",
    `--outfile=${join(folder, "worker.js")}`,
    "--log-level=warning",
  ], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot bundle ${ENTRY}:\n${stderr}`);
  const config = join(folder, "config.capnp");
  writeFileSync(config, workerdConfig(port));
  return config;
}

/** See https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
function workerdConfig(port) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  durableObjectNamespaces = [(className = "ChatRoom", uniqueKey = "ChatRoom", enableSql = true)],
  durableObjectStorage = (inMemory = void),
  bindings = [(name = "ChatRoom", durableObjectNamespace = "ChatRoom")]
);
`;
}
