/** What instances with a state take in memory: `state_memory.ts FOLDER COUNT`, run by `state.ts`. */
import process from "node:process";
import { SqliteStorage } from "../storage/sqlite.ts";
import { Host } from "./state_host.ts";

const [folder, count] = process.argv.slice(2);
const all = Number(count);
/** The first ones bring code and caches with them. */
const first = all / 10;
const { gc } = globalThis as { gc?: () => void };
const host = new Host(new SqliteStorage(folder));
const resident = () => {
  gc?.();
  return process.memoryUsage().rss / 1024;
};

async function touch(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) await host.getAgent(`agent-${at}`).touch();
}

await touch(0, first);
const before = resident();
await touch(first, all);
const each = (resident() - before) / (all - first);
console.log(`Memory of an instance: ${each.toFixed(1)} KiB`);
const closed = resident();
for (let at = first; at < all; at++) host.connect(`agent-${at}`, () => {});
const more = (resident() - closed) / (all - first);
console.log(
  `and of a connection to it, without its socket: ${more.toFixed(1)} KiB`,
);
process.exit(0);
