import process from "node:process";
import { parseArgs } from "node:util";
import { STARTERS } from "../built/starters.ts";
import { create } from "./create.ts";
import { dev } from "./dev.ts";
import { runtime } from "./runtime.ts";
import { UserError } from "./user_error.ts";

const HELP =
  `roam dev [file]         serves a file, main.ts by default, and again when something changes
  --port <number>       default PORT of the environment, or the first free one from 3000
  --host <name>         default 127.0.0.1; 0.0.0.0 for other machines too
roam create <folder>    makes a project
  --starter <name>      ${Object.keys(STARTERS).join(", ")};
                        default the runtime that this runs on
roam --help
`;

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string" },
  starter: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Does what `words` say, and resolves with the exit code. */
export async function run(words: string[]): Promise<number> {
  try {
    return await command(words);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function command(words: string[]): Promise<number> {
  const { values, positionals } = parsed(words);
  const [name, argument, ...rest] = positionals;
  if (values.help || name === undefined || name === "help") {
    console.log(HELP.trimEnd());
    return 0;
  }
  if (rest.length > 0) {
    throw new UserError(`"${rest[0]}" is one word too many\n\n${HELP}`);
  }
  if (name === "dev") {
    refuse(values, "starter", "dev");
    return await dev({
      file: argument ?? "main.ts",
      port: values.port ?? (process.env.PORT || undefined),
      host: values.host ?? "127.0.0.1",
    });
  }
  if (name === "create") {
    refuse(values, "port", "create");
    refuse(values, "host", "create");
    if (argument === undefined) {
      throw new UserError(`Say which folder, as in: roam create my-app`);
    }
    create(argument, values.starter ?? runtime.name);
    return 0;
  }
  throw new UserError(`There is no command "${name}"\n\n${HELP}`);
}

type Values = ReturnType<typeof parsed>["values"];

function refuse(values: Values, option: keyof Values, name: string): void {
  if (values[option] === undefined) return;
  throw new UserError(`roam ${name} has no option --${option}\n\n${HELP}`);
}

// deno-lint-ignore explicit-module-boundary-types -- inferred from the options
function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n${HELP}`);
  }
}
