import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import { test } from "node:test";

const runtime = "Bun" in globalThis
  ? "bun"
  : "Deno" in globalThis
  ? "deno"
  : "node";
/** What runs a file of the checkout there. */
const flags = {
  bun: [],
  deno: ["run", "-A", "--no-lock", "--no-check"],
  node: [
    "--disable-warning=ExperimentalWarning",
    "--import=./tools/node_hooks.mjs",
  ],
};

interface Owner {
  readonly child: ChildProcess;
  /** Its folder. */
  readonly path: string;
}

/** A process that has a folder in `parent`, and has removed what others left there. */
async function begin(parent: string): Promise<Owner> {
  const file = "tests/fixtures/folder_script.ts";
  const child = spawn(process.execPath, [...flags[runtime], file], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: parent },
  });
  const path = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout!.on("data", (data) => {
      output += data;
      if (output.includes("\n")) resolve(output.trim());
    });
    child.once("close", () => reject(new Error("it has ended")));
  });
  return { child, path };
}

/** Kills it, or has it end by itself. */
async function end({ child }: Owner, isKilled: boolean): Promise<void> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  if (isKilled) child.kill("SIGKILL");
  else child.stdin!.write("end\n");
  await ended;
}

async function inParent(run: (parent: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(`${tmpdir()}/roam-parent-`);
  try {
    await run(parent);
  } finally {
    rmSync(parent, { recursive: true });
  }
}

test("the folder of a process that was killed is removed by the next one, and no other", () =>
  inParent(async (parent) => {
    const [killed, living] = await Promise.all([begin(parent), begin(parent)]);
    await end(killed, true);
    assert.deepEqual(readdirSync(killed.path).includes("0.sqlite"), true);
    const next = await begin(parent);
    assert.deepEqual(
      readdirSync(parent).sort(),
      [living.path, next.path].map((path) => basename(path)).sort(),
    );
    assert.equal(readFileSync(`${living.path}/0.sqlite`, "utf8"), "a page");
    await end(living, false);
    await end(next, false);
    assert.deepEqual(readdirSync(parent), []);
  }));

test("a folder of which it is not sure that nobody has it stays", () =>
  inParent(async (parent) => {
    const left = await begin(parent);
    await end(left, true);
    const copy = (name: string) => {
      const path = `${parent}/roam-sql-${name}`;
      mkdirSync(path);
      for (const file of readdirSync(left.path)) {
        writeFileSync(`${path}/${file}`, readFileSync(`${left.path}/${file}`));
      }
      return path;
    };
    writeFileSync(`${copy("machine")}/system`, "another");
    unlinkSync(`${copy("unmarked")}/system`);
    unlinkSync(`${copy("lockless")}/lock`);
    const kept = ["lockless", "machine", "unmarked"];
    if (process.getuid?.() === 0) {
      chownSync(copy("foreign"), 65534, 65534);
      kept.unshift("foreign");
    }
    const elsewhere = `${parent}/elsewhere`;
    mkdirSync(elsewhere);
    for (const file of readdirSync(left.path)) {
      writeFileSync(
        `${elsewhere}/${file}`,
        readFileSync(`${left.path}/${file}`),
      );
    }
    symlinkSync(elsewhere, `${parent}/roam-sql-link`);
    writeFileSync(`${parent}/roam-sql-file`, "no folder");
    const next = await begin(parent);
    assert.equal(existsSync(left.path), false);
    assert.deepEqual(
      readdirSync(parent).sort(),
      [
        basename(next.path),
        "elsewhere",
        "roam-sql-file",
        "roam-sql-link",
        ...kept.map((name) => `roam-sql-${name}`),
      ].sort(),
    );
    assert(existsSync(`${elsewhere}/0.sqlite`));
    await end(next, false);
  }));
