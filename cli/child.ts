// The process that serves a file: child.ts <file> <host> <port>.
import process from "node:process";
import { pathToFileURL } from "node:url";
import "../cloudflare_workers_register.ts";
import { listen } from "./listen.ts";
import { networkUrls } from "./network_urls.ts";
import { UserError } from "./user_error.ts";

process.env.NODE_ENV ??= "development";
const [file, host, port] = process.argv.slice(2);
try {
  const { default: entry } = await import(pathToFileURL(file).href);
  const { url, close } = await listen(file, entry, host, Number(port));
  console.log(`  ${url}`);
  for (const other of networkUrls(host, Number(port))) {
    console.log(`  ${other} on other devices`);
  }
  for (const path of entry.paths ?? []) {
    console.log(`  ${url.replace("http", "ws")}${path.slice(1)}/{name}`);
  }
  const end = () => void close().finally(() => process.exit(0));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, end);
  }
  // Who started it has ended, perhaps without a chance to say so.
  process.stdin.once("end", end).once("error", end).resume();
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exit(1);
}
