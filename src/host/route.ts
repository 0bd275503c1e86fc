import { cutForBacklog } from "../connections/cuts.ts";
import { FrameBuffer } from "../connections/frame_buffer.ts";
import type { ConnectionContext } from "../connections/connection.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import type { Cluster, Opening, Peer, RouteEnd } from "../ports/cluster.ts";
import type { Socket, SocketData, SocketEvents } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import type { Deadlines } from "../runtime/deadlines.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Limits } from "../runtime/limits.ts";
import { isThenable } from "../runtime/thenable.ts";

/** What the routes of a process share. */
export interface RouteHost {
  readonly services: HostServices;
  readonly cluster: Cluster;
  /** All routes that are not over. */
  readonly routes: Set<Route>;
  /** What a client may send until it is known who has its instance. */
  readonly waitingLimits: Limits;
  /** Routes that wait for a process to take them over. */
  readonly waiting: Deadlines<Route>;
  /** Routes that this process has closed, and whose peers have not answered yet. */
  readonly closing: Deadlines<Route>;
  /** Connects a client to an instance of this process. */
  local(route: Route, socket: Socket): SocketEvents;
}

/** What is known of a client when it comes. */
export interface Arrival {
  readonly address: AgentAddress;
  readonly uri: string;
  /** Where a hook of the instance takes it, or nobody knows. */
  readonly ctx: ConnectionContext | undefined;
  readonly props: unknown;
}

/** A client's WebSocket in a cluster: finds the instance, and another time when it moves. */
export class Route implements SocketEvents, RouteEnd {
  readonly arrival: Arrival;
  record: string | undefined;
  #host: RouteHost;
  #socket!: Socket;
  /** Hears what the client does: the instance here, or the pipe to its process. */
  #target: SocketEvents | undefined;
  /** What the client has sent while there is no `#target`. */
  #waiting: FrameBuffer | undefined;
  /** The client has left meanwhile. */
  #end: Parameters<SocketEvents["closed"]> | undefined;
  /** How often it was asked where the instance is. */
  #asked = 0;
  /** Counts as a connection of this process, which has no link for it. */
  #isCounted = false;

  constructor(host: RouteHost, arrival: Arrival) {
    this.#host = host;
    this.arrival = arrival;
  }

  get opening(): Opening {
    const { address, uri, ctx, props } = this.arrival;
    const method = ctx?.request.method ?? "GET";
    const headers = [...ctx?.request.headers ?? []];
    return { address, uri, method, headers, data: ctx?.data, props };
  }

  // What the socket tells.

  open(socket: Socket): void {
    this.#socket = socket;
    if (this.#host.services.isClosing) {
      return socket.close(CloseCode.RESTART, "restarting");
    }
    this.#host.routes.add(this);
    this.#find();
  }

  receive(data: string | ArrayBuffer): void {
    if (this.#waiting === undefined) return this.#target!.receive(data);
    if (this.#waiting.keepIncoming(data)) return;
    cutForBacklog(this);
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    // A socket that was never open.
    if (this.#socket === undefined) return;
    this.#host.closing.delete(this);
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#over();
      return this.#target?.closed(code, reason, wasClean);
    }
    const isUnknown = this.#target === undefined && this.record === undefined &&
      waiting.incoming.length === 0;
    if (isUnknown) this.#over();
    else this.#end = [code, reason, wasClean];
  }

  // What the process of the instance asks for.

  get readyState(): number {
    return this.#socket.readyState;
  }

  get bufferedAmount(): number | undefined {
    return this.#socket.bufferedAmount;
  }

  send(data: SocketData): void {
    this.#socket.send(data);
  }

  cork(job: () => void): void {
    if (this.#socket.cork === undefined) job();
    else this.#socket.cork(job);
  }

  close(code: number, reason: string): void {
    this.closes();
    this.#socket.close(code, reason);
  }

  /** Its instance closes it: the end of it is heard there, also while it moves. */
  closes(): void {
    if (this.#waiting === undefined) return;
    this.#asked++;
    const end = this.#end;
    this.#waiting = this.#end = undefined;
    this.#host.waiting.delete(this);
    if (end !== undefined) this.closed(...end);
  }

  terminate(): boolean {
    return this.#socket.terminate?.() === true;
  }

  keep(record: string): void {
    this.record = record;
  }

  opened(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#host.waiting.delete(this);
    for (const data of waiting.incoming) this.receive(data);
    const end = this.#end;
    this.#end = undefined;
    if (end !== undefined) this.closed(...end);
  }

  moves(): void {
    const hasLeft = this.#end !== undefined;
    // Nothing comes of one that is closing but its end.
    if (!hasLeft && this.#socket.readyState !== 1) return;
    this.#waiting ??= new FrameBuffer(this.#host.waitingLimits);
    this.#find();
  }

  /** Nobody has taken it over in time. */
  timeOut(): void {
    const reason = this.#target === undefined
      ? "no process has this agent yet"
      : "peer unreachable";
    this.cut(CloseCode.OVERLOAD, reason);
  }

  /** Closes on the library's behalf: the instance, if one is known, is told that the client has gone. */
  cut(code: number, reason: string): void {
    const target = this.#target;
    const hasLeft = this.#end !== undefined;
    this.#target = NOBODY;
    this.#waiting = this.#end = undefined;
    this.#asked++;
    this.#host.waiting.delete(this);
    target?.closed(CloseCode.ABNORMAL, "", false);
    if (hasLeft) return this.#over();
    this.#socket.close(code, reason);
    this.#host.closing.addOnce(this);
  }

  #find(): void {
    const asked = ++this.#asked;
    const owner = this.#host.cluster.owner(this.arrival.address);
    if (!isThenable(owner)) return this.#go(owner);
    this.#wait();
    owner.then((peer) => {
      if (asked === this.#asked) this.#go(peer);
    });
  }

  #go(peer: Peer | undefined): void {
    if (peer !== undefined) {
      this.#wait();
      this.#target = peer.open(this);
      return;
    }
    this.#counts(false);
    this.#target = this.#host.local(this, this.#socket);
    this.opened();
  }

  #wait(): void {
    this.#waiting ??= new FrameBuffer(this.#host.waitingLimits);
    this.#host.waiting.addOnce(this);
    this.#counts(true);
  }

  #over(): void {
    this.#asked++;
    this.#host.routes.delete(this);
    this.#host.waiting.delete(this);
    this.#counts(false);
  }

  #counts(counts: boolean): void {
    if (this.#isCounted === counts) return;
    this.#isCounted = counts;
    this.#host.services.connections += counts ? 1 : -1;
  }
}

/** Hears nothing. */
const NOBODY: SocketEvents = { open() {}, receive() {}, closed() {} };
