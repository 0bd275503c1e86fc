// Serves a file on Node that is an entry on every runtime, as a command would:
//
//   PORT=8787 node tools/node_entry.mjs main.ts
import { pathToFileURL } from "node:url";
import "./node_hooks.mjs";

const [file, hostname = "127.0.0.1"] = process.argv.slice(2);
const { listen } = await import("../adapters/node.ts");
const { default: entry } = await import(pathToFileURL(file).href);
const { url } = await listen(entry, { hostname });
console.log(`Listening on ${url}`);
