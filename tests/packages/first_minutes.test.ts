// How long somebody needs who has nothing but the runtimes, from the first
// command to two browsers that see each other's change: with what
// `roam create` makes, and by hand as docs/getting_started.md says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { follow, GUIDES } from "./guide.ts";
import {
  end,
  env,
  freePort,
  jsrFiles,
  newFolder,
  packed,
  run,
  spoken,
} from "./project.ts";
import {
  asRelease,
  openCounter,
  served,
  type StarterProject,
} from "./starter.ts";

/** A bound that a slow machine keeps too; CONTRIBUTING.md says what is aimed at. */
const LIMIT_MS = 300_000;

const release = { archive: await packed(), folder: jsrFiles };
// Where something else may be.
env.PORT = `${await freePort()}`;

/** Nothing is in the caches of anything. */
function emptyHome(): void {
  const home = newFolder();
  Object.assign(env, {
    HOME: home,
    XDG_CACHE_HOME: join(home, ".cache"),
    npm_config_cache: join(home, ".npm"),
    BUN_INSTALL_CACHE_DIR: join(home, ".bun"),
    DENO_DIR: join(home, ".deno"),
  });
}

class Stopwatch {
  #begin = performance.now();
  #last = this.#begin;
  #laps: string[] = [];
  #title: string;

  constructor(title: string) {
    this.#title = title;
  }

  lap(what: string): void {
    const now = performance.now();
    this.#laps.push(`${what} ${((now - this.#last) / 1000).toFixed(1)}`);
    this.#last = now;
  }

  stop(): void {
    const ms = this.#last - this.#begin;
    const seconds = (ms / 1000).toFixed(1).padStart(6);
    const laps = this.#laps.join(", ");
    console.log(
      `${this.#title.padEnd(32)}${seconds} s to two browsers: ${laps}`,
    );
    assert.ok(ms < LIMIT_MS, `${seconds} s`);
  }
}

/** Serves it, has two browsers count, and says what was printed that frightens. */
async function countTogether(
  project: StarterProject,
  watch: Stopwatch,
): Promise<void> {
  const { server, url } = await served(project);
  try {
    watch.lap("server");
    const [ada, grace] = await Promise.all([
      openCounter(url),
      openCounter(url),
    ]);
    await ada.shows(0);
    watch.lap("page");
    await ada.count();
    await grace.shows(1);
    watch.lap("change");
    assert.deepEqual([...ada.problems, ...grace.problems], []);
    assert.deepEqual(server.lines.filter(isFrightening), []);
    await Promise.all([ada.close(), grace.close()]);
  } finally {
    // The next test may want its port.
    await end(server);
  }
}

/** What a reader takes for a fault of theirs. */
function isFrightening(line: string): boolean {
  return /\b(?:warn|warning|error|deprecated|unsupported|failed)\b/i.test(
    line,
  ) &&
    !EXPECTED.some((text) => line.includes(text));
}

/** What is said here, and why it is all right. */
const EXPECTED = [
  // npm init writes a script that says so.
  "no test specified",
  // The checkout stands in for a release of JSR.
  '"links" field',
  // npm 11.19, of scripts in what Wrangler needs, which works without them.
  "npm warn install-scripts",
  // A command of the starter, which npm shows.
  "--disable-warning=",
  // Of Node 22, under Vite: docs/runtimes.md.
  "SQLite is an experimental feature",
  "--trace-warnings",
  // Wrangler, which asks the network for what it can do without.
  "Request.cf",
  "workers.cloudflare.com",
];

for (
  const name of ["node", "deno", "bun", "workers", "react-vite", "next"]
) {
  test(`roam create with the starter ${name}: the minutes to two browsers`, async () => {
    emptyHome();
    const place = newFolder();
    const folder = join(place, "my-app");
    const watch = new Stopwatch(`create --starter ${name}`);
    const said: string[] = [];
    const create = ["create", "my-app", "--starter", name];
    await run(place, "npx", "--yes", `file:${release.archive}`, ...create);
    watch.lap("create");
    asRelease(folder, release);
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    const commands = /```sh\n([\s\S]*?)```/.exec(readme)![1].trim().split("\n");
    const last = commands.pop()!;
    for (const command of commands) {
      const [program, ...args] = command.split(" ");
      said.push(...await spoken(folder, program, ...args));
    }
    watch.lap("install");
    await countTogether({ name, folder, command: last.split(" ") }, watch);
    assert.deepEqual(said.filter(isFrightening), []);
    watch.stop();
  });
}

for (const title of Object.keys(GUIDES)) {
  test(`getting started on ${title}: the minutes to two browsers`, async () => {
    emptyHome();
    const watch = new Stopwatch(`by hand on ${title}`);
    const project = await follow(title, release);
    watch.lap("install");
    await countTogether(project, watch);
    assert.deepEqual(project.said.filter(isFrightening), []);
    watch.stop();
  });
}
