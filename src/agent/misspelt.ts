import { warnOfNearMisses } from "../runtime/near_miss.ts";
import { Agent, type AgentClass, type AgentOptions } from "./agent.ts";
import { HOOK_NAMES } from "./hooks.ts";

const HOOKS = [
  ...HOOK_NAMES,
  "onStart",
  "onMessage",
  "onError",
  "onRequest",
] satisfies (keyof Agent)[];

const STATICS = ["callable", "options"] satisfies (keyof AgentClass)[];

const OPTIONS: Record<keyof AgentOptions, true> = {
  serial: true,
  sendIdentityOnConnect: true,
  log: true,
  retry: true,
  hungScheduleTimeoutSeconds: true,
  parallelJobs: true,
  keepAliveIntervalMs: true,
};

/**
 * Warns of what is nearly a hook, `static callable`, `static options` or one
 * of these, and of a hook that is static: nothing would ever be called, or
 * heeded, and nothing would say why.
 * `isCalled` tells which methods have another purpose.
 */
export function warnOfMisspelt(
  agentClass: AgentClass,
  isCalled: (method: string) => boolean,
): void {
  const { name } = agentClass;
  for (
    let holder = agentClass;
    holder !== Agent && typeof holder === "function";
    holder = Object.getPrototypeOf(holder)
  ) {
    const methods = Object.getOwnPropertyNames(holder.prototype).filter(
      (method) => !isCalled(method),
    );
    warnOfNearMisses(`Agent ${name} has a method`, methods, HOOKS);
    const statics = Object.getOwnPropertyNames(holder);
    const what = `Agent ${name} has a static property`;
    warnOfNearMisses(what, statics, STATICS);
    for (const own of statics) {
      if (!(HOOKS as string[]).includes(own)) continue;
      console.warn(
        `${what} "${own}", which means nothing here: leave out "static"`,
      );
    }
  }
  const options = Object.keys(agentClass.options ?? {});
  const known = Object.keys(OPTIONS);
  warnOfNearMisses(`Agent ${name} has an option`, options, known);
}
