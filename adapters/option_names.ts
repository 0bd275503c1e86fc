import type { HostOptions } from "../src/host/host.ts";
import type { EntryOptions } from "../src/host/serve.ts";
import { warnOfNearMisses } from "../src/runtime/near_miss.ts";

type OptionName =
  | keyof HostOptions
  | keyof EntryOptions<[]>
  | "worker"
  | "signals"
  | "guardProcess"
  | "dev";

/** All options of `serveAgents`, on whatever runtime. */
const NAMES: Record<OptionName, true> = {
  prefix: true,
  env: true,
  storage: true,
  allowedOrigins: true,
  allowedHosts: true,
  trustProxy: true,
  cors: true,
  onBeforeConnect: true,
  onBeforeRequest: true,
  limits: true,
  exposeErrors: true,
  onEvent: true,
  fallback: true,
  client: true,
  cluster: true,
  context: true,
  clock: true,
  worker: true,
  signals: true,
  guardProcess: true,
  dev: true,
};

/** Warns of what is nearly an option of `serveAgents`. An option that is not listed here is a type error of the caller. */
export function warnOfMisspeltOptions<Name extends OptionName>(
  options: { readonly [N in Name]?: unknown },
): void {
  const names = Object.keys(NAMES);
  warnOfNearMisses("serveAgents has an option", Object.keys(options), names);
}
