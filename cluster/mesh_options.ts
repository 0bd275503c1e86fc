import type { Storage } from "../src/ports/storage.ts";
import type { PipeTls } from "./net_types.ts";
import type { Ownership } from "./ownership.ts";

/** What a mesh is made of. */
export interface MeshOptions {
  readonly ownership: Ownership;
  /** Fenced. */
  readonly storage: Storage;
  /** Where other processes dial this one. */
  readonly listen: {
    /** The interface; a function where that is found out. */
    readonly host: string | (() => Promise<string>);
    readonly port: number;
  };
  /** What they dial, as `host:port`, or a host alone. Default where it listens. */
  readonly advertise?: string | undefined;
  readonly tls?: PipeTls | undefined;
  /** Milliseconds for what runs to be done before an instance is handed over. Default 5,000. */
  readonly releaseMs?: number | undefined;
}

/** What other processes dial that is `advertise`, when this one listens at `address`. */
export function dialledAddress(
  advertise: string | undefined,
  address: string,
): string {
  if (advertise === undefined) return address;
  const hasPort = /[^:]:\d+$/.test(advertise);
  return hasPort
    ? advertise
    : `${advertise}${address.slice(address.lastIndexOf(":"))}`;
}
