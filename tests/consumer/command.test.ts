import { advice, nodeProblem } from "../../cli/node_problem.ts";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AgentClient } from "../../client.ts";
import { ServerProcess } from "../targets/target.ts";
import { bin, nodePath } from "../targets/targets.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const cli = join(checkout, "cli.ts");

/** How the command is run on each runtime, from the checkout. */
const RUNTIMES: Record<string, string[]> = {
  deno: [join(bin, "deno"), "run", "-A", "--no-lock", cli],
  bun: [join(bin, "bun"), cli],
  node: [nodePath, "--disable-warning=ExperimentalWarning", cli],
};

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "roam-command-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command that ends by itself. */
function roam(runtime: string, words: string[], cwd: string): Promise<Ended> {
  const [program, ...args] = RUNTIMES[runtime];
  return new Promise((resolve) => {
    execFile(program, [...args, ...words], { cwd }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code);
      resolve({ status, stdout, stderr });
    });
  });
}

/** A project that `roam create` has made, with the checkout in place of the release. */
async function created(runtime: string): Promise<string> {
  const folder = newFolder();
  const { status, stderr } = await roam(runtime, ["create", "my app"], folder);
  assert.equal(status, 0, stderr);
  const project = join(folder, "my app");
  const config = join(project, "deno.json");
  if (existsSync(config)) {
    const text = JSON.parse(readFileSync(config, "utf8"));
    writeFileSync(config, JSON.stringify({ ...text, links: [checkout] }));
  } else {
    mkdirSync(join(project, "node_modules/@roam"), { recursive: true });
    symlinkSync(checkout, join(project, "node_modules/@roam/agents"), "dir");
  }
  return project;
}

function dev(runtime: string, cwd: string, ...words: string[]): ServerProcess {
  const [program, ...args] = RUNTIMES[runtime];
  const server = new ServerProcess(program, [...args, "dev", ...words], {
    cwd,
    env: { PORT: undefined },
  });
  after(() => server.stop("SIGTERM"));
  return server;
}

/** Where it serves, from the `nth` start on. */
async function addressOf(server: ServerProcess, nth = 1): Promise<URL> {
  let count = 0;
  return await server.until((line) => {
    const url = /^ {2}(http:\S+)$/.exec(line)?.[1];
    return url !== undefined && ++count === nth ? new URL(url) : undefined;
  }, `its address for the ${nth}. time`);
}

function counterAt({ host }: URL) {
  return new AgentClient<unknown, { count: number }>({
    agent: "Counter",
    name: "main",
    host: host.replace("localhost", "127.0.0.1"),
  });
}

async function until(
  client: AgentClient<unknown, { count: number }>,
  count: number,
): Promise<void> {
  while (client.state?.count !== count) {
    await new Promise((resolve) =>
      client.addEventListener("change", resolve, { once: true })
    );
  }
}

for (const runtime of Object.keys(RUNTIMES)) {
  test(`roam create and roam dev on ${runtime}: two clients see each other's change, also after a file has changed`, async () => {
    const project = await created(runtime);
    const server = dev(runtime, project);
    const address = await addressOf(server);
    await server.until(
      (line) => line.includes("/agents/counter/{name}") || undefined,
      "where the agents are",
    );
    const page = await (await fetch(address)).text();
    assert.match(page, /<title>Counter<\/title>/);
    const [one, other] = [counterAt(address), counterAt(address)];
    try {
      await one.call("increment");
      await until(other, 1);
      const main = join(project, "main.ts");
      const source = readFileSync(main, "utf8");
      writeFileSync(main, source.replace("count + 1", "count + 10"));
      await addressOf(server, 2);
      await other.call("increment");
      await until(one, 11);
    } finally {
      one.close();
      other.close();
    }
  });

  test(`roam dev on ${runtime} waits for a change when the file is wrong`, async () => {
    const project = await created(runtime);
    const main = join(project, "main.ts");
    const source = readFileSync(main, "utf8");
    writeFileSync(main, "export default 1;");
    const server = dev(runtime, project);
    await server.until(
      (line) => line.includes("must export by default") || undefined,
      "what is wrong",
    );
    await server.until(
      (line) => line.includes("waiting for a change") || undefined,
      "that it waits",
    );
    writeFileSync(main, source);
    const response = await fetch(await addressOf(server));
    assert.equal(response.status, 200);
    await response.body?.cancel();
  });

  test(`roam dev on ${runtime} ends with its server`, async () => {
    const server = dev(runtime, await created(runtime));
    const address = await addressOf(server);
    await server.stop("SIGTERM");
    await assert.rejects(fetch(address));
  });

  test(`roam dev on ${runtime} leaves no server behind when it is killed`, async () => {
    const server = dev(runtime, await created(runtime));
    const address = await addressOf(server);
    await server.stop("SIGKILL");
    for (;;) {
      // It ends when it sees that, which no event tells.
      const answer = await fetch(address).catch(() => undefined);
      if (answer === undefined) break;
      await answer.body?.cancel();
    }
  });

  test(`roam dev on ${runtime} takes the next port, but no other one than it was told`, async () => {
    const project = await created(runtime);
    const first = dev(runtime, project);
    const { port } = await addressOf(first);
    const other = dev(runtime, await created(runtime));
    assert.notEqual((await addressOf(other)).port, port);
    const { status, stderr } = await roam(
      runtime,
      ["dev", "--port", port],
      project,
    );
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`Port ${port} is in use`));
  });

  test(`roam on ${runtime} says what is wrong with its words`, async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, "kept"), "");
    const wrong: [words: string[], problem: RegExp][] = [
      [["serve"], /no command "serve"/],
      [["dev"], /Cannot serve main\.ts: there is no such file/],
      [["dev", "a.ts", "b.ts"], /"b\.ts" is one word too many/],
      [["dev", "--port", "web"], /no such file|received "web"/],
      [["dev", "--starter", "bun"], /roam dev has no option --starter/],
      [["dev", "--wrong"], /--wrong/],
      [["create"], /Say which folder/],
      [["create", "."], /there is something in it already/],
      [["create", "app", "--starter", "rails"], /no starter "rails".*node/],
    ];
    for (const [words, problem] of wrong) {
      const { status, stderr } = await roam(runtime, words, cwd);
      assert.match(stderr, problem);
      assert.doesNotMatch(stderr, /^\s+at /m, "no stack");
      assert.equal(status, 1);
    }
    assert.deepEqual(readdirSync(cwd), ["kept"]);
    const help = await roam(runtime, ["--help"], cwd);
    assert.match(help.stdout, /roam dev[\s\S]*roam create/);
    assert.equal(help.status, 0);
  });
}

for (const runtime of ["bun", "node"]) {
  test(`roam dev on ${runtime} serves an app that imports cloudflare:workers`, async () => {
    const project = await created(runtime);
    const main = join(project, "main.ts");
    writeFileSync(
      main,
      `import { env } from "cloudflare:workers";
      import { Agent } from "@roam/agents";
      import { serveAgents } from "@roam/agents/auto";
      class Counter extends Agent {}
      export default serveAgents({ Counter }, {
        env: { COLOUR: "green" },
        fallback: () => Response.json(Object.keys(env).sort()),
      });`,
    );
    const address = await addressOf(dev(runtime, project));
    const names = await (await fetch(address)).json();
    assert.deepEqual(names, ["COLOUR", "Counter"]);
  });
}

test("roam create names the project by its folder", async () => {
  const folder = newFolder();
  const words = ["create", "My App!", "--starter", "workers"];
  assert.equal((await roam("deno", words, folder)).status, 0);
  const read = (file: string) =>
    readFileSync(join(folder, "My App!", file), "utf8");
  assert.equal(JSON.parse(read("package.json")).name, "my-app");
  assert.match(read("wrangler.jsonc"), /"name": "my-app"/);
});

test("roam dev refuses a port that is none", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "main.ts"), "");
  for (const port of ["web", "0", "65536", "1.5"]) {
    const { stderr } = await roam("deno", ["dev", "--port", port], folder);
    assert.match(stderr, /must be 1 to 65535/);
  }
});

test("roam create says where Node is older than the project wants", () => {
  const manifest = '{ "engines": { "node": ">=22.18" } }';
  assert.match(advice("20.20.2", manifest), /is Node 20\.20\.2: .* 22\.18/);
  assert.match(advice("22.17.1", manifest), /22\.18 or newer/);
  for (const version of ["22.18.0", "24.0.0"]) {
    assert.equal(advice(version, manifest), "");
  }
  assert.equal(advice("20.20.2", "{}"), "");
});

for (const version of ["18.20.0", "20.20.2", "21.7.3", "22.12.0"]) {
  test(`Node ${version} is told to be too old`, () => {
    assert.match(nodeProblem(version)!, /need Node 22\.13 or newer/);
  });
}
for (const version of ["22.13.0", "22.23.3", "24.0.0", "26.12.1"]) {
  test(`Node ${version} serves`, () => {
    assert.equal(nodeProblem(version), undefined);
  });
}
