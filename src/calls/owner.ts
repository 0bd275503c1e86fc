import type { AgentAddress } from "../ports/agent_address.ts";
import type { Activity } from "../runtime/activity.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Invoker } from "../runtime/invoker.ts";
import type { CallTable } from "./call_table.ts";

/** The instance whose methods are called. */
export interface CallsOwner {
  readonly address: AgentAddress;
  readonly callTable: CallTable;
  readonly host: HostServices & {
    /** Whether a client gets the message of what a method threw. */
    readonly exposeErrors: boolean;
  };
  readonly invoker: Invoker;
  readonly activity: Activity;
}
