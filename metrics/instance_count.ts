import type { InstanceEvent } from "../src/runtime/events.ts";

/** Knows which instances are in memory: one may leave that has never started. */
export class InstanceCount {
  #names = new Map<string, Set<string>>();

  /** By how much `event` changes the number of instances of its class: 1, 0 or -1. */
  change({ type, agent, name }: InstanceEvent): number {
    const names = this.#names.get(agent) ?? new Set();
    this.#names.set(agent, names);
    const { size } = names;
    if (type === "started") names.add(name);
    else names.delete(name);
    return names.size - size;
  }
}
