import type { AgentClass } from "../agent/agent.ts";
import { callTable } from "../agent/call_table.ts";
import { Deadlines } from "../agent/deadlines.ts";
import { Home, type HomeOptions } from "../agent/home.ts";
import { type AgentKind, Instance } from "../agent/instance.ts";
import { kebabCase } from "../protocol/agent_name.ts";

/** A class that is served, and its instances in memory. */
export interface Served extends AgentKind {
  readonly instances: Map<string, Instance>;
}

/** `agentClass`, registered as `className`, with no instance in memory. */
export function served(className: string, agentClass: AgentClass): Served {
  callTable(agentClass);
  const agentName = kebabCase(agentClass.name || className);
  return { className, agentName, agentClass, instances: new Map() };
}

/** Keeps the one instance of each name, and lets go of those nobody needs. */
export class Namespace extends Home {
  #env: unknown;
  #idle: Deadlines<Instance>;
  #instances = new Set<Instance>();
  #closed: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  constructor(options: HomeOptions, env: unknown) {
    super(options);
    this.#env = env;
    this.#idle = new Deadlines(
      this.sweep,
      this.limits.idleMs,
      (instance) => this.#evict(instance),
    );
  }

  /** The instance of this name; `undefined` when there is no room for another one. */
  get(kind: Served, name: string): Instance | undefined {
    const known = kind.instances.get(name);
    if (known !== undefined) return known;
    if (this.#instances.size >= this.limits.instances) return undefined;
    const instance = new Instance(this, kind, name, undefined, this.#env);
    kind.instances.set(name, instance);
    this.#instances.add(instance);
    this.vacant(instance);
    return instance;
  }

  override latest(instance: Instance): Instance | undefined {
    return this.get(instance.kind as Served, instance.name);
  }

  override discard(instance: Instance): void {
    const { instances } = instance.kind as Served;
    if (instances.get(instance.name) !== instance) return;
    instances.delete(instance.name);
    this.#idle.delete(instance);
    this.#instances.delete(instance);
    instance.dispose();
    this.emit(() => ({
      type: "evicted",
      agent: instance.kind.className,
      name: instance.name,
    }));
    if (this.#instances.size === 0) this.#emptied?.();
  }

  override vacant(instance: Instance): void {
    if (this.#closed === undefined) this.#idle.add(instance);
    else this.discard(instance);
  }

  override occupied(instance: Instance): void {
    this.#idle.delete(instance);
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Closes all connections with 1012; resolves when no instance is left. */
  close(): Promise<void> {
    return this.#closed ??= new Promise<void>((resolve) => {
      this.#emptied = resolve;
      for (const instance of [...this.#instances]) instance.shutDown();
      if (this.#instances.size === 0) resolve();
    }).finally(() => {
      this.sweep.stop();
      return this.commits.storage.close();
    });
  }

  #evict(instance: Instance): void {
    if (instance.isVacant) this.discard(instance);
  }
}
