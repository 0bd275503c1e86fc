import { CallCode } from "../protocol/calls.ts";
import { Agent } from "./agent.ts";
import { CallError } from "../runtime/call_error.ts";
import { Schedules } from "../schedules/schedules.ts";
import type { Instance } from "./instance.ts";
import { currentDepth, type Scope } from "../runtime/scope.ts";
import { StartFailure } from "./starter.ts";

// deno-lint-ignore no-explicit-any -- any method of a user's class
type Method = (this: Agent, ...args: any[]) => unknown;

/** So many agents may have called one another until here; more is a circle. */
const MAX_DEPTH = 32;

/**
 * The depth of a call that the running code makes of another agent. It is
 * known as far as `getCurrentAgent()` is: up to an `await`, and with
 * `options.context` behind it. Throws when agents call each other in a circle.
 */
export function nextDepth(method: string): number {
  const depth = currentDepth() + 1;
  if (depth <= MAX_DEPTH) return depth;
  throw new CallError(
    CallCode.TOO_DEEP,
    `Cannot call "${method}": ${MAX_DEPTH} agents have called one another already`,
  );
}

/**
 * Calls a public method on behalf of the server's own code: any that the
 * user's class or its bases below `Agent` define, but none of `Agent` itself
 * and no hook. What it throws goes to the caller. It runs at once, also when
 * the agent is serial: who called it may be what the others wait for.
 */
export async function callMethod(
  instance: Instance,
  name: string,
  args: readonly unknown[],
  depth: number = nextDepth(name),
): Promise<unknown> {
  const { agent, invoker, kind } = instance;
  const method = findMethod(agent, name);
  if (method === undefined) {
    throw new TypeError(
      `Cannot call "${name}": agent ${kind.className} has no such method`,
    );
  }
  return await instance.activity.keep(run());

  async function run(): Promise<unknown> {
    await started(instance, `call "${name}"`);
    const scope: Scope = { agent, depth };
    const result = await invoker.enter(scope, method!, args);
    await instance.durable();
    return result;
  }
}

/** Has an instance start, on behalf of the server's own code. Rejects when it does not: why is the `cause`. */
export async function startInstance(instance: Instance): Promise<void> {
  await instance.activity.keep(started(instance, "reach it"));
}

/** Has an instance start, and run the jobs that are due. Rejects when it does not start, or is lost meanwhile. */
export async function runJobs(instance: Instance): Promise<void> {
  await instance.activity.keep(run());

  async function run(): Promise<void> {
    await started(instance, "run its jobs");
    await instance.parts.get(Schedules).drive();
    await instance.durable();
  }
}

async function started(instance: Instance, purpose: string): Promise<void> {
  try {
    await instance.start();
  } catch (error) {
    const isFailure = error instanceof StartFailure;
    const reason = isFailure ? error.message : "unknown";
    const cause = isFailure ? error.cause : error;
    // A client may be told the message, but never the cause.
    throw new Error(
      `Cannot ${purpose}: agent ${instance.kind.className} did not start: ${reason}`,
      { cause },
    );
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
