import type { Agent } from "../agent/agent.ts";

/**
 * The binding of an agent class, in the `env` of an app that was written for
 * Workers: there the namespace of a Durable Object, elsewhere a stand-in that
 * leads to the agents of the process.
 *
 * @example
 * ```ts
 * import { Agent, type AgentNamespace } from "@roam/agents";
 * import { getAgentByName } from "@roam/agents/workers";
 *
 * class Counter extends Agent {
 *   increment(): number {
 *     return 1;
 *   }
 * }
 *
 * interface Env {
 *   Counter: AgentNamespace<Counter>;
 * }
 *
 * async function count(env: Env): Promise<number> {
 *   const counter = await getAgentByName(env.Counter, "visits");
 *   return await counter.increment();
 * }
 * ```
 */
export interface AgentNamespace<T extends Agent = Agent> {
  /** The id of the instance of this name. */
  idFromName(name: string): unknown;
  /** Reaches the instance with this id. */
  get(id: unknown, options?: unknown): AgentStub;
  /** The two above in one; not in all versions of Workers. */
  getByName?(name: string, options?: unknown): AgentStub;
  /** The instances that are kept in one jurisdiction; of Workers alone. */
  jurisdiction?(name: string): AgentNamespace<T>;
  /** The class, for the types; there is no such property. */
  readonly "~agent"?: T;
}

/** What every binding's instances have, whatever their class. */
export interface AgentStub {
  /** Hands a request to the instance. */
  fetch(request: Request | string, init?: unknown): Promise<Response>;
}
