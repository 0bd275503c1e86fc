// docs/getting_started.md as somebody follows it who copies each block.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder, spoken } from "./project.ts";
import { asRelease, type Release, type StarterProject } from "./starter.ts";

const text = readFileSync(
  new URL("../../docs/getting_started.md", import.meta.url),
  "utf8",
);

/** What its section for a runtime has one do. */
export interface Guide {
  /** Blocks of commands that end by themselves. */
  readonly commands: readonly string[];
  /** Files by their paths in the new project. */
  readonly files: Readonly<Record<string, string>>;
  /** The command that serves it. */
  readonly serve: string;
}

/** The sections, by their titles. */
export const GUIDES: Readonly<Record<string, Guide>> = {
  Node: guide("Node"),
  Deno: guide("Deno", "deno"),
  Bun: guide("Bun", "bun"),
  "Cloudflare Workers": guide("Cloudflare Workers"),
};

/** `entry` is the last part of the import that is to be written in place of that for Node. */
function guide(title: string, entry?: string): Guide {
  const section = sectionOf(title);
  const commands = blocks(section, "sh");
  const [config] = blocks(section, "jsonc");
  const [own] = blocks(section, "ts");
  const [shared] = blocks(sectionOf("Node"), "ts");
  const [page] = blocks(sectionOf("The page"), "html");
  const isWorker = config !== undefined;
  return {
    commands: commands.slice(0, -1),
    serve: commands.at(-1)!.trim(),
    files: {
      "main.ts": own ??
        shared.replace("@roam/agents/node", `@roam/agents/${entry}`),
      [isWorker ? "public/index.html" : "page.html"]: page,
      ...isWorker ? { "wrangler.jsonc": config } : {},
    },
  };
}

/** Does what a section says up to the command that serves it; `said` is what was printed. */
export async function follow(
  title: string,
  release: Release,
): Promise<StarterProject & { readonly said: string[] }> {
  const { commands, files, serve } = GUIDES[title];
  const place = newFolder();
  const folder = join(place, "counter");
  const text = commands.join("");
  // There is nothing at JSR yet.
  const isOfJsr = text.includes("deno add");
  const script = isOfJsr
    ? text.replace(/deno add.*/, "")
    : text.replaceAll("@roam/agents", release.archive);
  const said = await spoken(place, "sh", "-ec", script);
  if (isOfJsr) {
    const imports = { "@roam/agents": "jsr:@roam/agents@^0.1.0" };
    writeFileSync(join(folder, "deno.json"), JSON.stringify({ imports }));
    asRelease(folder, release);
  }
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(join(folder, path), content);
  }
  return { name: title, folder, command: serve.split(" "), said };
}

function sectionOf(title: string): string {
  const [, rest] = text.split(`\n## ${title}\n`);
  return rest.split("\n## ")[0];
}

function blocks(section: string, language: string): string[] {
  const fence = new RegExp("```" + language + "\\n([\\s\\S]*?)```", "g");
  return [...section.matchAll(fence)].map(([, block]) => block);
}
