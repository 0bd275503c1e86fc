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

/** The hooks that are not called when nobody wrote them. */
export const HOOK_NAMES = [
  "getConnectionTags",
  "shouldConnectionBeReadonly",
  "shouldSendProtocolMessages",
  "onConnect",
  "onResume",
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
  const written = (name: typeof HOOK_NAMES[number]): Hook | undefined =>
    agent[name] === Agent.prototype[name] ? undefined : agent[name];
  const getConnectionTags = written("getConnectionTags");
  const shouldConnectionBeReadonly = written("shouldConnectionBeReadonly");
  const shouldSendProtocolMessages = written("shouldSendProtocolMessages");
  const onConnect = written("onConnect");
  const onResume = written("onResume");
  return {
    getConnectionTags,
    shouldConnectionBeReadonly,
    shouldSendProtocolMessages,
    onConnect,
    onResume,
    onClose: written("onClose"),
    validateStateChange: written("validateStateChange"),
    onStateChanged: written("onStateChanged"),
    onStateUpdate: written("onStateUpdate"),
    onPresence: written("onPresence"),
    onAlarm: written("onAlarm") as AgentHooks["onAlarm"],
    takesRequest: getConnectionTags !== undefined ||
      shouldConnectionBeReadonly !== undefined ||
      shouldSendProtocolMessages !== undefined || onConnect !== undefined ||
      onResume !== undefined,
  };
}
