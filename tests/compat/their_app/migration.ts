import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Runtime, Server } from "../../targets/targets.ts";
import { start } from "../../targets/targets.ts";
import { objectsOf, type Wrangler } from "../wrangler.ts";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));
export const theirApp = join(checkout, "tests/compat/their_app/app");

/** What `agents` exports and `@roam/agents/workers` does, not `@roam/agents`. */
const ROUTING = ["getAgentByName", "routeAgentRequest"];

/** A source file of an app on Cloudflare's SDK, with its imports changed. */
export function migratedSource(source: string): string {
  return source
    .replace(
      /import (type )?\{([^}]*)\} from "agents";/g,
      (_, type = "", names: string) => {
        const all = names.split(",").map((name) => name.trim()).filter(Boolean);
        const routing = all.filter((name) => ROUTING.includes(name));
        const rest = all.filter((name) => !ROUTING.includes(name));
        return [[rest, "@roam/agents"], [routing, "@roam/agents/workers"]]
          .filter(([names]) => names.length > 0)
          .map(([names, from]) =>
            `import ${type}{ ${
              (names as string[]).join(", ")
            } } from "${from}";`
          )
          .join("\n");
      },
    )
    .replace(/ from "agents\/(client|react)";/g, ' from "@roam/agents/$1";')
    .replace(' from "hono-agents";', ' from "@roam/agents/hono";');
}

/** `wrangler.jsonc` with the new main file. */
export function migratedWrangler(text: string): string {
  return text.replace(/"main": "[^"]*"/, '"main": "worker.ts"');
}

/** The new main file of the Worker: each class becomes a Durable Object. */
export function workerEntry(wrangler: Wrangler, main = "./server.ts"): string {
  const classes = wrangler.durable_objects.bindings.map((binding) =>
    `export const ${binding.class_name} = durable(agents.${binding.class_name});\n`
  );
  return `import { durable } from "@roam/agents/workers";
import app, * as agents from "${main}";

${classes.join("")}export default app;
`;
}

/** The same app on Deno, or Bun: its classes, by the names of their bindings. */
export function localEntry(
  runtime: "deno" | "bun",
  wrangler: Wrangler,
  main = "./server.ts",
): string {
  const { bindings } = wrangler.durable_objects;
  const classes = bindings.map(({ class_name }) => class_name).sort();
  const named = bindings.map(({ name, class_name }) =>
    name === class_name ? name : `${name}: ${class_name}`
  ).join(", ");
  return `import { serveAgents } from "@roam/agents/${runtime}";
import app, { ${classes.join(", ")} } from "${main}";
export default serveAgents({ ${named} }, { worker: app });
`;
}

/** Copies the app of their_app/ to a folder of its own, and moves it here. `change` is for one more thing. */
export async function migrate(
  change: (source: string) => string = (source) => source,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "roam-migrated-"));
  await cp(theirApp, folder, { recursive: true });
  const edit = async (name: string, by: (text: string) => string) => {
    const path = join(folder, name);
    await writeFile(path, by(await readFile(path, "utf8")));
  };
  const agents = [
    "board",
    "chat_room",
    "device_agent",
    "reminders",
    "user_agent",
  ];
  const sources = agents.map((name) => `agents/${name}.ts`);
  for (const name of ["server.ts", "env.ts", ...sources]) {
    await edit(name, (source) => migratedSource(change(source)));
  }
  await edit("wrangler.jsonc", migratedWrangler);
  const wrangler = await wranglerOf(folder);
  await writeFile(join(folder, "worker.ts"), workerEntry(wrangler));
  for (const runtime of ["deno", "bun"] as const) {
    const entry = localEntry(runtime, wrangler);
    await writeFile(join(folder, `${runtime}.ts`), entry);
  }
  await writeFile(join(folder, "deno.json"), await denoConfig());
  // What npm makes of a dependency on a folder.
  await mkdir(join(folder, "node_modules/@roam"), { recursive: true });
  await symlink(checkout, join(folder, "node_modules/@roam/agents"), "dir");
  return folder;
}

/** Starts what `migrate` made. */
export async function startMigrated(
  runtime: Runtime,
  folder: string,
  store?: string,
): Promise<Server> {
  const wrangler = await wranglerOf(folder);
  const entry = runtime === "workerd" ? wrangler.main : `${runtime}.ts`;
  return await start(runtime, {
    entry: join(folder, entry),
    objects: objectsOf(wrangler),
    flags: wrangler.compatibility_flags,
    cwd: folder,
    store,
  });
}

async function wranglerOf(folder: string): Promise<Wrangler> {
  return JSON.parse(await readFile(join(folder, "wrangler.jsonc"), "utf8"));
}

async function denoConfig(): Promise<string> {
  const own = await readFile(join(checkout, "deno.json"), "utf8");
  const { version } = JSON.parse(own) as { version: string };
  return JSON.stringify({
    imports: { "@roam/agents": `jsr:@roam/agents@^${version}` },
    links: [checkout],
    // What wrangler's projects do not ask for.
    compilerOptions: { noImplicitOverride: false },
  });
}
