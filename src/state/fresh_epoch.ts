import type { HostServices } from "../runtime/host_services.ts";

/** The epoch of states of a host that have never been stored. */
class FreshEpoch {
  #epoch: string | undefined;

  get(): string {
    return this.#epoch ??= crypto.randomUUID();
  }

  /** A state is destroyed: the next one of its name MUST have another epoch. */
  renew(): void {
    this.#epoch = undefined;
  }
}

/** The one of a host. */
export const freshEpoch = (_: HostServices): FreshEpoch => new FreshEpoch();
