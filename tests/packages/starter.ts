// A starter, followed as its README says, with the packed archive in place of the release.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/browser/page.ts";
import type { ServerProcess } from "../targets/target.ts";
import {
  jsrFiles,
  newFolder,
  packed,
  run,
  serve,
  unpacked,
} from "./project.ts";
import { PATIENCE_MS } from "../support/patience.ts";

/** A project that was made of a starter, and is installed. */
export interface StarterProject {
  readonly name: string;
  readonly folder: string;
  /** The last command of its README, which serves it. */
  readonly command: string[];
}

/** Makes a project of each of these starters by the packed command, and installs it, with other `versions` of its packages if need be. */
export async function starters(
  names: string[],
  versions: Record<string, string> = {},
): Promise<StarterProject[]> {
  const archive = await packed();
  const cli = join(await unpacked(archive), "dist/cli.js");
  const place = newFolder();
  const projects: StarterProject[] = [];
  for (const name of names) {
    const folder = join(place, name);
    await run(place, "node", cli, "create", name, "--starter", name);
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    const commands = /```sh\n([\s\S]*?)```/.exec(readme)![1].trim().split("\n");
    asRelease(folder, { archive, folder: jsrFiles }, versions);
    for (const command of commands.slice(0, -1)) {
      const [program, ...args] = command.split(" ");
      await run(folder, program, ...args);
    }
    projects.push({ name, folder, command: commands.at(-1)!.split(" ") });
  }
  return projects;
}

/** What takes the place of a release until there is one: of npm's, and of JSR's. */
export interface Release {
  readonly archive: string;
  readonly folder: () => string;
}

/** Has a project take the package from there, and other `versions` of its packages if need be. */
export function asRelease(
  project: string,
  { archive, folder }: Release,
  versions: Record<string, string> = {},
): void {
  const config = join(project, "deno.json");
  if (existsSync(config)) linkTo(folder(), config);
  else dependOn(archive, join(project, "package.json"), versions);
}

function dependOn(
  archive: string,
  manifest: string,
  versions: Record<string, string>,
): void {
  const text = JSON.parse(readFileSync(manifest, "utf8"));
  assert.match(text.dependencies["@roam/agents"], /^\^\d/);
  text.dependencies["@roam/agents"] = `file:${archive}`;
  for (const packages of [text.dependencies, text.devDependencies]) {
    for (const name of Object.keys(packages ?? {})) {
      packages[name] = versions[name] ?? packages[name];
    }
  }
  writeFileSync(manifest, JSON.stringify(text));
}

/** The same for Deno, which takes a folder. */
function linkTo(folder: string, config: string): void {
  const text = JSON.parse(readFileSync(config, "utf8"));
  writeFileSync(config, JSON.stringify({ ...text, links: [folder] }));
}

let browser: Promise<Browser> | undefined;
after(async () => await (await browser)?.close());

/** A page of its own at `url`, and what is wrong with it. */
export async function openCounter(url: string): Promise<CounterPage> {
  browser ??= launchChromium();
  const context = await (await browser).newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // Nobody has made an icon.
    if (message.type() === "error" && !/favicon|404/.test(message.text())) {
      problems.push(message.text());
    }
  });
  await page.goto(url);
  const output = page.locator("output");
  return {
    problems,
    async count() {
      await page.getByRole("button", { name: "Count" }).click();
    },
    async shows(count) {
      await output.filter({ hasText: new RegExp(`^${count}$`) }).waitFor();
    },
    close: () => context.close(),
  };
}

/** A page that counts. */
export interface CounterPage {
  readonly problems: string[];
  count(): Promise<void>;
  shows(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves a project, and resolves with its address. */
export async function served(
  { folder, command: [program, ...args] }: StarterProject,
  more: string[] = [],
): Promise<{ server: ServerProcess; url: string }> {
  const server = serve(folder, program, ...args, ...more);
  const address = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d+/;
  const url = await server.until(
    (line) => address.exec(line)?.[0].replace("0.0.0.0", "localhost"),
    "its address",
    60_000,
  );
  return { server, url };
}
