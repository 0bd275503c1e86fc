import type { AgentAddress } from "./agent_address.ts";
import type { Socket, SocketEvents } from "./socket.ts";
import type { Storage } from "./storage.ts";

/** A WebSocket that a process has upgraded, as it is told to the process of the instance. JSON. */
export interface Opening {
  /** Whose it is. */
  readonly address: AgentAddress;
  /** The URL of the upgrade request, as `onBeforeConnect` left it. */
  readonly uri: string;
  /** Its method, for `ctx.request`. */
  readonly method: string;
  /** Its headers, for `ctx.request`. */
  readonly headers: readonly (readonly [string, string])[];
  /** What `onBeforeConnect` handed on. */
  readonly data?: unknown;
  /** The props of `getAgentByName`. */
  readonly props?: unknown;
}

/** A client's socket as the process of the instance sees it, wherever the client is connected. */
export interface RoutedSocket extends Omit<Socket, "attach"> {
  /** Keeps what the connection is with the socket, as text, for the process that has the instance next. */
  keep(record: string): void;
}

/**
 * A client's WebSocket at the process that upgraded it. It may outlive the
 * instance's time in a process: what the client sends waits until it is known
 * where the instance is.
 */
export interface RouteEnd extends RoutedSocket {
  /** Made anew each time. */
  readonly opening: Opening;
  /** What was kept last; `undefined` of a connection that was never accepted. */
  readonly record: string | undefined;
  /** What `job` sends leaves together where that can be. */
  cork(job: () => void): void;
  /** The process of the instance has taken it over: what waits is told to it now. */
  opened(): void;
  /** It is not there, or will soon be somewhere else: asks `owner` again, and what the client sends waits. */
  moves(): void;
  /** Closes it on the library's behalf. */
  cut(code: number, reason: string): void;
}

/** An HTTP request that another process received. Its body is a stream. */
export interface ForwardedRequest {
  /** Whose it is. */
  readonly address: AgentAddress;
  /** What `onBeforeRequest` let in. */
  readonly request: Request;
  /** What it handed on; JSON. */
  readonly data?: unknown;
  /** The props of `getAgentByName`; JSON. */
  readonly props?: unknown;
}

/** A call from the server side that another process began. JSON. */
export interface ForwardedCall {
  /** Whose method. */
  readonly address: AgentAddress;
  /** Its name; `undefined` only starts the instance. */
  readonly method: string | undefined;
  /** Its arguments. */
  readonly args: readonly unknown[];
  /** How many agents have called one another until here. */
  readonly depth: number;
  /** The props of `getAgentByName`. */
  readonly props?: unknown;
}

/**
 * Another process, which has an instance. Where that has moved meanwhile,
 * `request` and `call` reject with an error that has `moved: true`, and the
 * instance has heard nothing.
 */
export interface Peer {
  /** Takes a WebSocket that this process has upgraded: what the client does is told to the result, and the instance's process writes to `route`. */
  open(route: RouteEnd): SocketEvents;
  /** Has the instance answer. */
  request(request: ForwardedRequest): Promise<Response>;
  /** Calls a method, and resolves with what it returns. */
  call(call: ForwardedCall): Promise<unknown>;
}

/** What a cluster asks of the host of its process. */
export interface ClusterHost {
  /**
   * Opens a connection of an instance of this process whose client is
   * connected to another; with `record`, one that had been accepted where the
   * instance was before. What the client does is told to the result. Where it
   * can't be, `socket` is closed.
   */
  connect(
    opening: Opening,
    record: string | undefined,
    socket: RoutedSocket,
  ): SocketEvents;
  /** Has an instance of this process answer. */
  request(request: ForwardedRequest): Promise<Response>;
  /** Calls a method of an instance of this process. */
  call(call: ForwardedCall): Promise<unknown>;
  /** Something has happened that who runs the cluster may want to know. */
  report(news: ClusterNews): void;
  /** This process may act again: what was held while `isLive` was `false` goes on. */
  resume(): void;
  /** Instances of these addresses are this process's now: it sees to what is due of them. */
  gained(): void;
  /**
   * Instances of these addresses leave memory as they are, with their
   * connections open and `onClose` not called. Handlers, calls and commits
   * that run are done first; a connection that something still runs for after
   * `deadlineMs` closes with 1012. Resolves when nothing of theirs runs.
   * `owner` MUST answer a promise for them from before until it is known who
   * has them. Where nobody will have them, `hasHeir` is `false`: their
   * connections close with 1012, as when a process ends that is alone.
   */
  release(
    isReleased: (address: AgentAddress) => boolean,
    deadlineMs: number,
    hasHeir: boolean,
  ): Promise<void>;
  /** Instances of these addresses leave memory at once, without a handler; their connections close with `code`. */
  lose(
    isLost: (address: AgentAddress) => boolean,
    code: number,
    reason: string,
  ): void;
}

/** What happens to a process of a cluster. */
export interface ClusterNews {
  /**
   * It may act (again); it may not, as its lease is over, or others have taken
   * what it had; it has got shards, has given them to another process or to
   * nobody, or could not give them; a process is reached, or is not any more.
   */
  readonly status:
    | "live"
    | "frozen"
    | "lost"
    | "gained"
    | "given"
    | "kept"
    | "reached"
    | "unreachable";
  /** How many, of `gained`, `given` and `kept`. */
  readonly shards?: number;
  /** The other process, of `given`, `reached` and `unreachable`. */
  readonly node?: string | undefined;
  /** Milliseconds that its clients had to wait, of `given` and `kept`. */
  readonly ms?: number;
  /** Of `lost` and `unreachable`. */
  readonly why?: string;
}

/** How a process of a cluster is doing. JSON. */
export interface ClusterHealth {
  /** Whether it serves: `live`, or `draining`. Else a load balancer should go elsewhere. */
  readonly ok: boolean;
  /** Where it is in its life. */
  readonly state:
    | "joining"
    | "live"
    | "frozen"
    | "lost"
    | "draining"
    | "left";
  /** Its id, which changes when it joins again. */
  readonly node: string;
  /** How many of the shards it has, and how many there are. */
  readonly shards: { readonly owned: number; readonly all: number };
  /** The others, and whether a pipe to them is open; `error` says why not. */
  readonly peers: readonly {
    readonly node: string;
    readonly address: string;
    readonly isReached: boolean;
    readonly error?: string;
  }[];
  /** What an operator should know, a sentence each. */
  readonly problems: readonly string[];
}

/** Several processes that serve the same agents; one of them has each instance. */
export interface Cluster {
  /** Refuses writes of a process that does not have the instance any more: such errors have `moved: true`. */
  readonly storage: Storage;
  /** Who has it: `undefined`, this process. A promise only while that is not known, or nobody has it, or this process may not act. */
  owner(address: AgentAddress): Peer | undefined | Promise<Peer | undefined>;
  /** Whether this process may act for its instances now, by the clock. Cheap; asked once a turn. */
  readonly isLive: boolean;
  /** Milliseconds that a client waits for somebody to have its instance: longer than it takes to find out that a process is gone. */
  readonly waitMs: number;
  /** Begins to take part. Called once. */
  join(host: ClusterHost): void;
  /** Hands everything over, and resolves when this process has nothing any more. */
  leave(): Promise<void>;
  /** Lets go of everything. Called once, last. */
  close(): void;
  /** How it is doing. */
  health(): ClusterHealth;
}
