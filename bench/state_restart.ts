/** How soon agents are there after a restart: `state_restart.ts FOLDER COUNT`, run by `state.ts`. */
import process from "node:process";
import { SqliteStorage } from "../storage/sqlite.ts";
import { Host } from "./state_host.ts";

const [folder, count] = process.argv.slice(2);
const begin = performance.now();
const since = () => Math.round(performance.now() - begin);
const host = new Host(new SqliteStorage(folder));
let first = 0;
let states = 0;
for (let at = 0; at < Number(count); at++) {
  host.connect(`agent-${at}`, (frame) => {
    if (!frame.startsWith('{"state"')) return;
    states++;
    first ||= since();
  });
}
console.log(
  `\n${count} instances after a restart: the first state after ${first} ms, ${states} after ${since()} ms`,
);
process.exit(0);
