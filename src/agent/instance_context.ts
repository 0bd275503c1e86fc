import type { AgentContext } from "./agent.ts";

/** The instance whose context it is. */
interface ContextOwner {
  readonly name: string;
  waitUntil(promise: Promise<unknown>): void;
}

/** The context of an agent where the platform has none. */
export class InstanceContext implements AgentContext {
  #instance: ContextOwner;

  constructor(instance: ContextOwner) {
    this.#instance = instance;
  }

  get id(): AgentContext["id"] {
    const { name } = this.#instance;
    return { name, toString: () => name };
  }

  waitUntil(promise: Promise<unknown>): void {
    this.#instance.waitUntil(promise);
  }
}
