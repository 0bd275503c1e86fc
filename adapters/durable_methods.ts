import { Agent, type AgentClass } from "../src/agent/agent.ts";
import type { Instance } from "../src/agent/instance.ts";
import { callMethod } from "../src/agent/server_call.ts";
import { isStream } from "../src/calls/streaming.ts";

/**
 * Gives a Durable Object class the public methods of an agent class, so that
 * the platform's own stubs call them, as in
 * `env.Chat.get(id).setOwner("Ada")`. Arguments and results travel as the
 * platform has it, what a method throws too.
 */
export function addMethods(
  objectClass: { readonly prototype: object },
  agentClass: AgentClass,
  instanceOf: (object: object) => Instance,
): void {
  const { prototype } = objectClass;
  for (const name of methodNames(agentClass)) {
    // What the platform calls stays.
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, {
      async value(this: object, ...args: unknown[]): Promise<unknown> {
        const instance = instanceOf(this);
        instance.offer(undefined);
        const result = await callMethod(instance, name, args);
        if (!isStream(result)) return result;
        throw new TypeError(
          `Cannot call "${name}": what it streams does not travel between Durable Objects`,
        );
      },
    });
  }
}

/** What the class and its bases below `Agent` define. */
function methodNames(agentClass: AgentClass): Set<string> {
  const names = new Set<string>();
  let holder: object | null = agentClass.prototype;
  while (holder !== null && holder !== Agent.prototype) {
    for (
      const [name, { value }] of Object.entries(
        Object.getOwnPropertyDescriptors(holder),
      )
    ) {
      if (typeof value === "function" && !(name in Agent.prototype)) {
        names.add(name);
      }
    }
    holder = Object.getPrototypeOf(holder);
  }
  return names;
}
