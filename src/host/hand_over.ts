import type { Instance } from "../agent/instance.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import type { Clock } from "../ports/clock.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import type { RoutedLink } from "./routed_link.ts";

const TICK_MS = 5;
/** How long connections that are cut off, and what `onClose` does, may take. */
const LAST_MS = 1000;

/** Has instances leave memory with their connections open, each as soon as nothing of it runs. */
export class HandOver {
  /** Resolves when none is left. */
  readonly done: Promise<void>;
  #instances: Map<Instance, RoutedLink[]>;
  #end: number;
  #clock: Clock;
  #stop: (() => void) | undefined;
  #resolve!: () => void;

  #hasHeir: boolean;

  /** `links` are those of `instances`. After `deadlineMs` nothing is waited for. */
  constructor(
    clock: Clock,
    instances: Iterable<Instance>,
    links: Iterable<RoutedLink>,
    { deadlineMs, hasHeir }: {
      readonly deadlineMs: number;
      readonly hasHeir: boolean;
    },
  ) {
    this.#clock = clock;
    this.#hasHeir = hasHeir;
    this.#end = clock.now() + deadlineMs;
    this.#instances = new Map();
    const byAddress = new Map<string, RoutedLink[]>();
    for (const instance of instances) {
      const own: RoutedLink[] = [];
      this.#instances.set(instance, own);
      byAddress.set(keyOf(instance.address), own);
    }
    for (const link of links) {
      const own = byAddress.get(keyOf(link.address));
      // One that has been closed already belongs to nobody any more.
      if (own === undefined) link.detach();
      else own.push(link);
    }
    this.done = new Promise((resolve) => this.#resolve = resolve);
    for (const instance of this.#instances.keys()) {
      instance.shutDown();
      for (const link of [...instance.connections.links()]) {
        // Nobody can come back to it elsewhere.
        if (link.socket === undefined) link.expire();
      }
    }
    this.#stop = clock.every(TICK_MS, () => this.#tick());
    this.#tick();
  }

  #tick(): void {
    const now = this.#clock.now();
    const isLate = now >= this.#end;
    const isLast = now >= this.#end + LAST_MS;
    for (const [instance, links] of this.#instances) {
      const ends = !this.#hasHeir && instance.isSettled;
      for (const routed of isLate || ends ? links : []) {
        if (ends || routed.isBusy) end(routed);
      }
      const isSettled = instance.isSettled &&
        !links.some(({ isBusy }) => isBusy);
      if (!isSettled && !isLast) continue;
      this.#instances.delete(instance);
      part(instance, links);
    }
    if (this.#instances.size > 0) return;
    this.#stop?.();
    this.#resolve();
  }
}

function end(routed: RoutedLink): void {
  const { link } = routed;
  if (link === undefined) routed.cut(CloseCode.RESTART, "restarting");
  else link.cut(CloseCode.RESTART, "restarting");
}

function part(instance: Instance, links: readonly RoutedLink[]): void {
  instance.parts.handOver();
  for (const routed of links) {
    const { link, isBusy } = routed;
    // Its peer has had its time.
    if (isBusy) link?.abandon();
    else if (link?.session?.isKept === false) link.keepSession();
    routed.detach();
  }
  instance.part();
}

function keyOf({ agent, name }: AgentAddress): string {
  return `${agent}\n${name}`;
}
