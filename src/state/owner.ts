import type { AgentAddress, Storage } from "../ports/storage.ts";
import type { PendingWrites } from "../durability/pending_writes.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Hook, Invoker } from "../runtime/invoker.ts";
import type { ConnectionScope, Scope } from "../runtime/scope.ts";
import type { FrameKind } from "../protocol/state_frames.ts";
import type { SocketData } from "../ports/socket.ts";

/** The instance whose state it is. */
export interface StateOwner extends Scope {
  readonly agent: StatefulAgent;
  readonly address: AgentAddress;
  readonly host: HostServices;
  readonly invoker: Invoker;
  readonly hooks: StateHooks;
  readonly storage: Storage;
  readonly writes: PendingWrites;
  readonly connections: {
    readonly size: number;
    links(): Iterable<StateClient>;
  };
}

/** What the state asks of an agent itself. */
export interface StatefulAgent {
  readonly initialState?: unknown;
  // deno-lint-ignore no-explicit-any -- what a connection is is no matter here
  isConnectionReadonly(connection: any): boolean;
}

/** The hooks about the state that an agent has. One that nobody wrote is `undefined`, and is not called. */
export interface StateHooks {
  readonly validateStateChange: Hook | undefined;
  readonly onStateChanged: Hook | undefined;
  /** The older name of the same hook. */
  readonly onStateUpdate: Hook | undefined;
}

/** A connection, as the state sees it. */
export interface StateClient extends ConnectionScope {
  /** The client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** The client announced patches. */
  readonly patches: boolean;
  /** The URL of the upgrade. */
  readonly uri: string;
  /** What is sent waits for the socket. */
  readonly isQueueing: boolean;
  /** The client gets the library's own frames. */
  readonly protocol: boolean;
  /** The client may not change the state. */
  readonly readonly: boolean;
  /** The client has been sent the library's first frames. */
  readonly isGreeted: boolean;
  /** 1 while the connection is open. */
  readonly readyState: number;
  /** `kind` for what is about the state. */
  send(data: SocketData, kind?: FrameKind): void;
}
