import type { AgentClass } from "../agent/agent.ts";
import { MemoryStorage } from "../durability/memory_storage.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import {
  HostContext,
  type InstanceHostOptions,
} from "../agent/host_context.ts";
import { type AgentKind, agentKind } from "../agent/agent_kind.ts";
import { Instance, type InstanceHost } from "../agent/instance.ts";
import { runJobs } from "../agent/server_call.ts";
import { keepProcess } from "./keep_process.ts";
import { LocalAlarm } from "./local_alarm.ts";
import { type CloseOptions, Shutdown } from "./shutdown.ts";

/** A class that is served, and its instances in memory. */
export interface Served extends AgentKind {
  readonly instances: Map<string, Instance>;
}

/** `agentClass`, registered as `className`, with no instance in memory. */
export function served(className: string, agentClass: AgentClass): Served {
  return { ...agentKind(className, agentClass), instances: new Map() };
}

/** Keeps the one instance of each name, and lets go of those nobody needs. */
export class Namespace extends HostContext implements InstanceHost {
  #env: unknown;
  #idle: Deadlines<Instance>;
  #instances = new Set<Instance>();
  readonly alarm: LocalAlarm;
  #shutdown: Shutdown | undefined;
  #closed: Promise<void> | undefined;
  /** Whether another process of a cluster has this instance, or nobody. */
  isElsewhere: ((address: AgentAddress) => boolean) | undefined;
  /** Does for a tool of another process of a cluster what it asks for. */
  inspect: ((asked: unknown) => Promise<unknown>) | undefined;

  /** `kinds` by the names of the classes. */
  constructor(
    options: InstanceHostOptions,
    env: unknown,
    kinds: ReadonlyMap<string, Served> = new Map(),
  ) {
    super(options, options.storage ?? new MemoryStorage());
    this.#env = env;
    this.alarm = new LocalAlarm(
      this,
      (address, crowded) =>
        this.#wake(kinds.get(address.agent), address, crowded),
    );
    this.#idle = new Deadlines(
      this.timer,
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

  /** Those in memory whose addresses are such. */
  all(isWanted: (address: AgentAddress) => boolean): Instance[] {
    return [...this.#instances].filter(({ address }) => isWanted(address));
  }

  latest(instance: Instance): Instance | undefined {
    return this.get(instance.kind as Served, instance.name);
  }

  discard(instance: Instance): void {
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
    this.#shutdown?.left();
  }

  vacant(instance: Instance): void {
    if (this.isClosing) this.discard(instance);
    else this.#idle.add(instance);
  }

  occupied(instance: Instance): void {
    this.#idle.delete(instance);
  }

  /** See {@linkcode Shutdown}. Takes the store with it. */
  close(options: CloseOptions = {}): Promise<void> {
    return this.#closed ??= keepProcess(this.#close(options));
  }

  async #close(options: CloseOptions): Promise<void> {
    this.isClosing = true;
    this.alarm.stop();
    const discard = (instance: Instance) => this.discard(instance);
    this.#shutdown = new Shutdown(this, this.#instances, discard, options);
    this.#shutdown.begin();
    await this.#shutdown.done;
    // Peers that have not answered have had their time.
    this.timer.expireAll();
    await this.commits.storage.close();
  }

  /** Has an instance run its jobs; `crowded` tells whether others wait for room. */
  async #wake(
    kind: Served | undefined,
    address: AgentAddress,
    crowded: () => boolean,
  ): Promise<boolean> {
    if (kind === undefined) return false;
    if (this.isElsewhere?.(address)) {
      throw new Error("another process has it");
    }
    const { name } = address;
    const isHere = kind.instances.has(name);
    const instance = this.get(kind, name);
    if (instance === undefined) throw new Error("too many instances");
    await runJobs(instance);
    // It came for this alone, and others need its place.
    if (!isHere && crowded()) this.#evict(instance);
    return true;
  }

  /** Who stands in for an instance that has left memory. */
  #successor(left: Instance): Instance {
    const { instances } = left.kind as Served;
    const present = instances.get(left.name);
    if (present !== undefined) {
      present.start()?.catch(() => {});
      return present;
    }
    const hasRoom = this.#instances.size < this.limits.instances;
    if (this.isElsewhere?.(left.address)) return left;
    if (this.isClosing || !hasRoom || !left.comeBack()) return left;
    instances.set(left.name, left);
    this.#instances.add(left);
    this.vacant(left);
    this.emit(() => ({ type: "started", ...left.address }));
    return left;
  }

  #evict(instance: Instance): void {
    if (instance.activity.isBusy || !this.#instances.has(instance)) return;
    this.discard(instance);
    instance.leave(() => this.#successor(instance));
  }
}
