import type { ConnectionHooks } from "../connections/hooks.ts";
import type { Hook } from "../runtime/invoker.ts";
import type { StateHooks } from "../state/owner.ts";
import { Agent } from "./agent.ts";

/** The hooks that an agent has, of those that are not called when nobody wrote them. */
export interface AgentHooks extends ConnectionHooks, StateHooks {
  readonly onPresence: Hook | undefined;
  readonly onAlarm: (() => unknown) | undefined;
  /** Whether one of them takes the upgrade request. */
  readonly takesRequest: boolean;
}

/** Those that take the upgrade request. */
const TAKING_REQUEST = [
  "getConnectionTags",
  "shouldConnectionBeReadonly",
  "shouldSendProtocolMessages",
  "onConnect",
  "onResume",
] as const;

/** The hooks that are not called when nobody wrote them. */
export const HOOK_NAMES = [
  ...TAKING_REQUEST,
  "onClose",
  "validateStateChange",
  "onStateChanged",
  "onStateUpdate",
  "onPresence",
  "onAlarm",
] as const;

const known = new WeakMap<object, AgentHooks>();

/** The hooks of `agent`: found out once for each class, unless the object has some of its own. */
export function hooksOf(agent: Agent): AgentHooks {
  if (HOOK_NAMES.some((name) => Object.hasOwn(agent, name))) return find(agent);
  const prototype = Object.getPrototypeOf(agent);
  let hooks = known.get(prototype);
  if (hooks === undefined) known.set(prototype, hooks = find(agent));
  return hooks;
}

function find(agent: Agent): AgentHooks {
  const hooks = {} as Record<typeof HOOK_NAMES[number], Hook | undefined>;
  for (const name of HOOK_NAMES) {
    hooks[name] = agent[name] === Agent.prototype[name]
      ? undefined
      : agent[name];
  }
  const takesRequest = TAKING_REQUEST.some((name) => hooks[name] !== undefined);
  return { ...hooks, takesRequest };
}
