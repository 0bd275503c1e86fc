import type { AgentAddress } from "../ports/agent_address.ts";
import type { Storage } from "../ports/storage.ts";
import type { Activity } from "../runtime/activity.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Invoker } from "../runtime/invoker.ts";
import type { Scope } from "../runtime/scope.ts";
import type { PendingWrites } from "../durability/pending_writes.ts";
import type { JobOptions } from "./types.ts";

/** Wakes instances when it is time. */
export interface Alarm {
  /** Has this instance woken at `due`, in place of the time before; `undefined` for not at all. */
  wakeAt(address: AgentAddress, due: number | undefined): void;
  /** Milliseconds after which an instance has to be woken to stay in memory; absent where it stays by itself. */
  readonly keepsAliveBy?: number;
}

/** What a host's instances share for their jobs. */
export interface SchedulesHost extends HostServices {
  readonly alarm: Alarm;
  readonly exposeErrors: boolean;
}

/** The instance. */
export interface SchedulesOwner extends Scope {
  readonly agent: object;
  readonly address: AgentAddress;
  readonly kind: { readonly agentClass: { readonly options?: JobOptions } };
  readonly host: SchedulesHost;
  readonly activity: Activity;
  readonly invoker: Invoker;
  readonly storage: Storage;
  readonly writes: PendingWrites;
  /** Whether `onStart` is done. */
  readonly isStarted: boolean;
  /** The class's own `onAlarm`, if it has one. */
  readonly hooks: { readonly onAlarm?: (() => unknown) | undefined };
}
