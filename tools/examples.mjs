// The examples, and their pages, whose code imports the client and is bundled.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { galleryFiles } from "./gallery.mjs";
import { bin, root } from "./setup.mjs";

/**
 * What the gallery shows, in this order, and `npm start` can start by itself.
 *
 * @typedef {object} Example
 * @property {readonly string[]} agents The classes that its `main.ts` exports.
 * @property {string} title
 * @property {string} shows What it shows, in a sentence or two.
 * @property {string} attempt What to do in it.
 * @property {boolean} [isAlone] It needs more than the gallery has, which then only says how to start it.
 */

/** @satisfies {Record<string, Example>} */
export const EXAMPLES = {
  chat: {
    agents: ["ChatRoom"],
    title: "Chat",
    shows:
      "Rooms that keep what was said in a database of their own. What is written without a connection is sent later, once.",
    attempt:
      "Open it in two windows, take one of them offline, write there, and bring it back.",
  },
  board: {
    agents: ["BoardAgent"],
    title: "Board",
    shows:
      "A form that several people fill in at once, on React: state that all share, changes that the server checks, and who is in which field.",
    attempt: "Type into different fields of two windows at the same time.",
  },
  assistant: {
    agents: ["AssistantAgent"],
    title: "Assistant",
    shows:
      "Answers that arrive word by word, and stop when they are told to. The conversation is kept: a reload goes on with it.",
    attempt: "Ask for a story, and press Escape in the middle of it.",
  },
  auction: {
    agents: ["AuctionAgent"],
    title: "Auction",
    shows:
      "A hammer that falls by itself some seconds after the last bid, also when nobody is there any more.",
    attempt:
      "Bid, close the window, and come back after the hammer has fallen.",
  },
  canvas: {
    agents: ["CanvasAgent"],
    title: "Canvas",
    shows:
      "Many live cursors, which are presence: merged, throttled and never stored. Shapes are state, and each drag of one travels as small patches.",
    attempt: "Drag shapes in two windows, or with a finger on a phone.",
  },
  login: {
    agents: ["ClubAgent"],
    title: "Login",
    shows:
      "Accounts and a cookie, an admin and members, what only one person is sent, and sessions that end by themselves or by the admin.",
    attempt:
      "Make two accounts in two browsers, or a private window, and ask one of them to leave.",
  },
  cluster: {
    agents: ["Panel"],
    title: "Cluster",
    shows:
      "Three processes with PostgreSQL, and rooms that go on when one of them is killed, paused, or hands over what it has.",
    attempt: "Kill a process, and watch its rooms move to the others.",
    isAlone: true,
  },
};

/**
 * The class names of what `npm start` starts: an example, or the gallery.
 * @param {string} name
 * @returns {readonly string[]}
 */
export function agentsOf(name) {
  if (name !== "gallery") return EXAMPLES[name].agents;
  return Object.values(EXAMPLES).flatMap(({ agents, isAlone }) =>
    isAlone ? [] : agents
  );
}

/**
 * Bundles the page of an example: `built/app.js` and `built/app.css`, which
 * its `app.ts` imports as text. Throws when that fails. For the gallery it
 * does so for each of the examples.
 * @param {string} name
 */
export function buildPage(name) {
  if (name === "gallery") {
    for (const each of Object.keys(EXAMPLES)) buildPage(each);
  }
  const folder = join(root, "examples", name);
  const page = join(folder, "page");
  const entries = ["app.tsx", "app.js", "app.css"]
    .map((file) => join(page, file)).filter(existsSync);
  const built = join(folder, "built");
  mkdirSync(built, { recursive: true });
  const next = mkdtempSync(join(built, "next-"));
  esbuild(
    ...entries,
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    `--define:process.env.NODE_ENV="production"`,
    `--outdir=${next}`,
  );
  if (name === "gallery") {
    for (const [file, text] of Object.entries(galleryFiles(EXAMPLES))) {
      writeFileSync(join(next, file), text);
    }
  }
  // Each is whole at once: somebody else may be about to read it.
  for (const file of readdirSync(next)) {
    renameSync(join(next, file), join(built, file));
  }
  rmdirSync(next);
}

/**
 * Bundles the server of an example for workerd, which runs one script.
 * @param {string} name
 * @param {string} outfile
 */
export function bundleWorker(name, outfile) {
  esbuild(
    `examples/${name}/main.ts`,
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--conditions=workerd",
    "--external:node:*",
    `--outfile=${outfile}`,
  );
}

/** @param {...string} args */
function esbuild(...args) {
  const { status, stderr } = spawnSync(
    join(bin, "esbuild"),
    [...args, "--log-level=warning"],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Cannot bundle ${args[0]}:\n${stderr}`);
}
