import type { Instance } from "../agent/instance.ts";
import type { HostContext } from "../agent/host_context.ts";
import { endWaiting } from "../connections/resumption.ts";
import { CloseCode } from "../protocol/close_codes.ts";

/** Options of `close()`. */
export interface CloseOptions {
  /** Milliseconds that running handlers and calls get to finish. Default 10,000. */
  readonly graceMs?: number | undefined;
}

const TICK_MS = 25;
/** Connections that are closed at once; the others follow in the next ticks, so that not all come back in one moment. */
const BATCH = 200;
/** How long the last close frames, and what `onClose` does, may take past the grace. */
const LAST_MS = 1000;

/**
 * Ends the instances of a host: those that work on nothing at once, the others
 * when they are done, or the grace is over.
 */
export class Shutdown {
  /** Resolves when none is left. */
  readonly done: Promise<void>;
  #host: HostContext;
  #instances: ReadonlySet<Instance>;
  #discard: (instance: Instance) => void;
  #end: number;
  #batch: number;
  #stop: (() => void) | undefined;
  #resolve!: () => void;

  constructor(
    host: HostContext,
    instances: ReadonlySet<Instance>,
    discard: (instance: Instance) => void,
    { graceMs = 10_000 }: CloseOptions,
  ) {
    const { clock } = host.timer;
    this.#host = host;
    this.#instances = instances;
    this.#discard = discard;
    this.#end = clock.now() + graceMs;
    const ticks = Math.max(1, graceMs / 2 / TICK_MS);
    this.#batch = Math.max(BATCH, Math.ceil(host.connections / ticks));
    this.done = new Promise((resolve) => this.#resolve = resolve);
  }

  begin(): void {
    endWaiting(this.#host);
    for (const instance of this.#instances) instance.shutDown();
    this.#stop = this.#host.timer.clock.every(TICK_MS, () => this.#tick());
    this.#tick();
  }

  /** An instance has left memory. */
  left(): void {
    if (this.#instances.size > 0) return;
    this.#stop?.();
    this.#resolve();
  }

  #tick(): void {
    const now = this.#host.timer.clock.now();
    let room = this.#batch;
    for (const instance of this.#instances) {
      if (instance.isWorking && now < this.#end) continue;
      room -= closeSome(instance, room);
      const isLate = now >= this.#end + LAST_MS;
      if (isLate || !instance.activity.isBusy) this.#discard(instance);
    }
    this.left();
  }
}

/** Closes up to `count` connections, and returns how many. */
function closeSome({ connections }: Instance, count: number): number {
  let closed = 0;
  for (const link of connections.links()) {
    if (closed === count) break;
    link.close(CloseCode.RESTART, "restarting");
    closed++;
  }
  return closed;
}
