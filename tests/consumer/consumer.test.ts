import assert from "node:assert/strict";
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../targets/target.ts";
import { start } from "../targets/targets.ts";
import { echo } from "./echo.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(checkout, "tools/node_modules/.bin");

/** A user's project, which lies elsewhere; its configuration names the checkout as a release. */
async function newProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "roam-consumer-"));
  after(() => rm(folder, { recursive: true, force: true }));
  await cp(join(checkout, "tests/consumer/project"), folder, {
    recursive: true,
  });
  return folder;
}

async function newDenoProject(): Promise<string> {
  const folder = await newProject();
  const { version } = await manifest("deno.json");
  const config = {
    imports: { "@roam/agents": `jsr:@roam/agents@^${version}` },
    links: [checkout],
  };
  await writeFile(join(folder, "deno.json"), JSON.stringify(config));
  return folder;
}

async function newPackageProject(): Promise<string> {
  const folder = await newProject();
  const config = {
    name: "consumer",
    type: "module",
    dependencies: { "@roam/agents": `file:${checkout}` },
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(config));
  // What npm makes of a dependency on a folder.
  await mkdir(join(folder, "node_modules/@roam"), { recursive: true });
  await symlink(checkout, join(folder, "node_modules/@roam/agents"), "dir");
  return folder;
}

// deno-lint-ignore no-explicit-any -- the JSON of a manifest
async function manifest(name: string): Promise<any> {
  return JSON.parse(await readFile(join(checkout, name), "utf8"));
}

/** Runs a server of the project, and has it echo. */
async function echoes(
  command: string,
  args: string[],
  cwd: string,
  port: RegExp,
): Promise<void> {
  const server = new ServerProcess(join(bin, command), args, { cwd });
  after(() => server.stop());
  const found = await server.until(
    (line) => port.exec(line)?.[1],
    "on which port it listens",
  );
  await echo(`127.0.0.1:${found}`);
}

test("a project of Deno that imports jsr:@roam/agents has right types", async () => {
  const cwd = await newDenoProject();
  const check = new ServerProcess(
    join(bin, "deno"),
    ["check", "--no-lock", "main.ts"],
    { cwd },
  );
  after(() => check.stop());
  await check.until((line) => line.includes("ended") || undefined, "the end");
  assert.deepEqual(check.lines.filter((line) => /error/i.test(line)), []);
});

test("a project of Deno that imports jsr:@roam/agents echoes", async () => {
  const args = ["serve", "-A", "--no-lock", "--host=127.0.0.1", "--port=0"];
  await echoes(
    "deno",
    [...args, "main.ts"],
    await newDenoProject(),
    /Listening on http:\/\/127\.0\.0\.1:(\d+)/,
  );
});

test("a project of Bun that depends on @roam/agents echoes", async () => {
  await echoes(
    "bun",
    ["run", "--port=0", "main.ts"],
    await newPackageProject(),
    /server: http:\/\/[^:]+:(\d+)/,
  );
});

test("a project of Node that depends on @roam/agents echoes", async () => {
  const folder = await newPackageProject();
  await writeFile(
    join(folder, "serve.ts"),
    `import agents from "./main.ts";
    const { url } = await agents.listen!({ port: 0, hostname: "127.0.0.1" });
    console.log(url);`,
  );
  await echoes("node", ["serve.ts"], folder, /http:\/\/127\.0\.0\.1:(\d+)/);
});

test("the same file, bundled by esbuild, echoes in workerd", async () => {
  const folder = await newPackageProject();
  const server = await start("workerd", {
    entry: join(folder, "main.ts"),
    objects: { EchoAgent: "EchoAgent" },
  });
  after(() => server.stop());
  await echo(server.host);
});

test("deno.json and package.json say the same of the package", async () => {
  const [deno, npm] = await Promise.all(
    ["deno.json", "package.json"].map(manifest),
  );
  for (const key of ["name", "version", "license", "exports"]) {
    assert.deepEqual(npm[key], deno[key], key);
  }
});
