import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Server, start } from "../targets/targets.ts";
import { objectsOf, type Wrangler } from "./wrangler.ts";

/** What esbuild needs to bundle Cloudflare's SDK for workerd. */
const BUNDLE = [
  "--platform=neutral",
  "--conditions=workerd,worker,browser",
  "--main-fields=module,main",
  "--external:cloudflare:*",
  "--alias:path=node:path",
  // workerd alone has no email, which the SDK imports.
  "--alias:cloudflare:email=./tests/compat/email.js",
];

/** Starts the Worker in `folder`, which uses Cloudflare's SDK, in workerd. */
export async function startTheirs(
  folder: string,
  store?: string,
): Promise<Server> {
  const text = await readFile(join(folder, "wrangler.jsonc"), "utf8");
  const wrangler = JSON.parse(text) as Wrangler;
  return await start("workerd", {
    entry: join(folder, wrangler.main),
    objects: objectsOf(wrangler),
    flags: wrangler.compatibility_flags,
    bundle: BUNDLE,
    store,
  });
}
