import { Agent } from "./agent.ts";
import type { Instance } from "./instance.ts";
import { StartFailure } from "./starter.ts";

// deno-lint-ignore no-explicit-any -- any method of a user's class
type Method = (this: Agent, ...args: any[]) => unknown;

/**
 * Calls a public method on behalf of the server's own code: any that the
 * user's class or its bases below `Agent` define, but none of `Agent` itself
 * and no hook. What it throws goes to the caller.
 */
export async function callMethod(
  instance: Instance,
  name: string,
  args: readonly unknown[],
): Promise<unknown> {
  const { agent, invoker, kind } = instance;
  const method = findMethod(agent, name);
  if (method === undefined) {
    throw new TypeError(
      `Cannot call "${name}": agent ${kind.className} has no such method`,
    );
  }
  instance.home.occupied(instance);
  return await invoker.keep(run());

  async function run(): Promise<unknown> {
    try {
      await instance.start();
    } catch (error) {
      const reason = error instanceof StartFailure ? error.message : "unknown";
      throw new Error(
        `Cannot call "${name}": agent ${kind.className} did not start: ${reason}`,
      );
    }
    return await invoker.enter(instance, method!, args);
  }
}

function findMethod(agent: Agent, name: string): Method | undefined {
  if (name in Agent.prototype) return undefined;
  let holder: object | null = agent;
  while (holder !== null && holder !== Agent.prototype) {
    const property = Object.getOwnPropertyDescriptor(holder, name);
    if (property !== undefined) {
      return typeof property.value === "function" ? property.value : undefined;
    }
    holder = Object.getPrototypeOf(holder);
  }
  return undefined;
}
