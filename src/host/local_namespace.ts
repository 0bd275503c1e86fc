import type { AgentHandle } from "./handle.ts";
import type { AgentNamespace } from "./agent_namespace.ts";
import type { Admitted } from "./before_hook.ts";
import type { Answer } from "./platform.ts";

/** How a {@linkcode LocalNamespace} comes by an instance. */
export interface LocalAgents {
  /** A handle on the instance; `props` are for its `onStart`. */
  get(name: string, props: unknown): AgentHandle<unknown>;
  /** Hands a request to the instance that a router has let in. */
  enter(name: string, admitted: Admitted, props: unknown): Promise<Answer>;
  /** Resolves when the instance has started. */
  start(name: string, props: unknown): Promise<void>;
}

/** What stands where Workers have the namespace of a Durable Object. */
export class LocalNamespace implements AgentNamespace {
  #agents: LocalAgents;

  constructor(agents: LocalAgents) {
    this.#agents = agents;
  }

  idFromName(name: string): LocalId {
    return new LocalId(name);
  }

  /** `options` are those of Workers, which place an object, and mean nothing in a process. */
  get(id: LocalId, _options?: unknown): AgentHandle<unknown> {
    return this.at(id.name);
  }

  /** The two above in one, as newer Workers have it. */
  getByName(name: string, _options?: unknown): AgentHandle<unknown> {
    return this.at(name);
  }

  /** The instance of this name. */
  at(name: string, props?: unknown): AgentHandle<unknown> {
    return this.#agents.get(name, props);
  }

  /** Hands a request to the instance of this name. */
  enter(name: string, admitted: Admitted, props?: unknown): Promise<Answer> {
    return this.#agents.enter(name, admitted, props);
  }

  /** The instance of this name, when it has started. */
  async started(name: string, props?: unknown): Promise<AgentHandle<unknown>> {
    const handle = this.at(name);
    await this.#agents.start(name, props);
    return handle;
  }
}

class LocalId {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return this.name;
  }
}
