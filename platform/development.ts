/** Variables that say in which environment a program runs. */
const ENVIRONMENTS = ["NODE_ENV", "DENO_ENV", "BUN_ENV"];
/** Variables that a service sets which runs programs of others. */
const DEPLOYED = [
  "DENO_DEPLOYMENT_ID",
  "DYNO",
  "FLY_APP_NAME",
  "K_SERVICE",
  "KUBERNETES_SERVICE_HOST",
  "RAILWAY_ENVIRONMENT",
  "RENDER",
  "VERCEL",
];

interface Permissions {
  querySync(wanted: { name: "env"; variable: string }): { state: string };
}

interface Globals {
  readonly Deno?: {
    readonly permissions: Permissions;
    readonly stdout: { isTerminal(): boolean };
  };
  readonly process?: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly stdout?: { readonly isTTY?: boolean };
  };
}

/**
 * Whether somebody develops here: a variable such as `NODE_ENV` says
 * `development`; or none says anything else, no service runs the program, and
 * it prints to a terminal. Where the variables can't be read, nobody does.
 */
export function isDevelopment(): boolean {
  const values = ENVIRONMENTS.map(variable);
  if (values.includes(null)) return false;
  const said = values.filter(Boolean);
  if (said.length > 0) return said.every((value) => value === "development");
  if (DEPLOYED.some((name) => variable(name))) return false;
  const { Deno, process } = globalThis as Globals;
  return (Deno?.stdout.isTerminal() ?? process?.stdout?.isTTY) === true;
}

/** `null` where it may not be read: Deno would ask whoever sits at the terminal. */
function variable(name: string): string | undefined | null {
  const { Deno, process } = globalThis as Globals;
  const state = Deno?.permissions.querySync({ name: "env", variable: name })
    .state;
  if (state !== undefined && state !== "granted") return null;
  return process?.env[name];
}
