import type { Instance } from "../agent/instance.ts";
import { answerRequest } from "../agent/requests.ts";
import { callMethod, startInstance } from "../agent/server_call.ts";
import type { ConnectionContext } from "../connections/connection.ts";
import { Link } from "../connections/link.ts";
import { connect } from "../connections/resumption.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import type {
  Cluster,
  ClusterHost,
  ClusterNews,
  ForwardedCall,
  ForwardedRequest,
  Opening,
  RoutedSocket,
} from "../ports/cluster.ts";
import type { Socket, SocketEvents } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { recordOf } from "../protocol/connection_record.ts";
import { toJson } from "../protocol/json.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { Limits } from "../runtime/limits.ts";
import { refusal } from "../runtime/responses.ts";
import { systemClock } from "../runtime/system_clock.ts";
import { keepingWhileRead } from "./answer_body.ts";
import { HandOver } from "./hand_over.ts";
import { LiveGate } from "./live_gate.ts";
import type { Namespace, Served } from "./namespace.ts";
import { Refusal } from "./platform.ts";
import type { Route, RouteHost } from "./route.ts";
import {
  type Keeper,
  type RoutedLink,
  routedLink,
  type RoutedLinkHost,
} from "./routed_link.ts";

/** In the place of a method, which has no such name: a tool asks for something, such as the development page. */
export const INSPECT = "/_roam";

/** How instances of this process are found. */
export interface LocalInstances {
  /** Throws a {@linkcode Refusal} when it can't be in memory. */
  instance(kind: Served, name: string, props?: unknown): Instance;
}

/** The instances of this process, as a cluster sees them, and the clients that are connected to it. */
export class ClusterLinks implements ClusterHost, RouteHost, RoutedLinkHost {
  readonly cluster: Cluster;
  readonly services: Namespace;
  readonly gate: LiveGate;
  readonly routes = new Set<Route>();
  readonly links = new Set<RoutedLink>();
  readonly waitingLimits: Limits;
  readonly waiting: Deadlines<Route>;
  readonly closing: Deadlines<Route>;
  #instances: LocalInstances;
  #kinds: ReadonlyMap<string, Served>;

  constructor(
    cluster: Cluster,
    namespace: Namespace,
    instances: LocalInstances,
    kinds: ReadonlyMap<string, Served>,
  ) {
    this.cluster = cluster;
    this.services = namespace;
    this.#instances = instances;
    this.#kinds = kinds;
    const { timer, limits } = namespace;
    // Alone it would not wait at all: the instance has bounds of its own.
    const waitingFrames = limits.waitingFrames * 16;
    this.waitingLimits = { ...limits, waitingFrames };
    this.gate = new LiveGate(
      cluster,
      timer.clock.soon?.bind(timer.clock) ?? systemClock.soon,
    );
    this.waiting = new Deadlines(
      timer,
      cluster.waitMs,
      (route) => route.timeOut(),
    );
    this.closing = new Deadlines(
      timer,
      limits.closeMs,
      (route) => void route.terminate(),
    );
  }

  local(route: Route, socket: Socket): SocketEvents {
    const { address, uri, ctx, props } = route.arrival;
    const opening = { address, uri, ctx, props };
    return this.#connect(opening, route.record, socket, route);
  }

  connect(
    opening: Opening,
    record: string | undefined,
    socket: RoutedSocket,
  ): SocketEvents {
    const { limits, connections } = this.services;
    if (record === undefined && connections >= limits.connections) {
      return refused(socket, CloseCode.OVERLOAD, "too many connections");
    }
    const { address, uri, props } = opening;
    const ctx = record === undefined ? contextOf(opening) : undefined;
    return this.#connect({ address, uri, ctx, props }, record, socket, socket);
  }

  async request(
    { address, request, data, props }: ForwardedRequest,
  ): Promise<Response> {
    try {
      const kind = this.#kind(address);
      const instance = this.#instances.instance(kind, address.name, props);
      const response = await answerRequest(instance, request, frozen(data));
      return keepingWhileRead(response, instance.activity);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#refusal(address, error);
    }
  }

  async call(
    { address, method, args, depth, props }: ForwardedCall,
  ): Promise<unknown> {
    if (method === INSPECT) {
      const { inspect } = this.services;
      if (inspect !== undefined) return await inspect(args[0]);
      throw new Error("the process that has it has no development page");
    }
    const kind = this.#kind(address);
    const instance = this.#instances.instance(kind, address.name, props);
    if (method === undefined) return await startInstance(instance);
    return await callMethod(instance, method, args, depth);
  }

  report(news: ClusterNews): void {
    this.services.emit(() => ({ type: "cluster", ...news }));
  }

  resume(): void {
    this.gate.resume();
  }

  gained(): void {
    this.services.alarm.renew();
  }

  release(
    isReleased: (address: AgentAddress) => boolean,
    deadlineMs: number,
    hasHeir: boolean,
  ): Promise<void> {
    for (const route of hasHeir ? this.routes : []) {
      if (isReleased(route.arrival.address)) route.moves();
    }
    const instances = this.services.all(isReleased);
    const links = [...this.links].filter((link) => isReleased(link.address));
    const { clock } = this.services.timer;
    return new HandOver(clock, instances, links, { deadlineMs, hasHeir }).done;
  }

  lose(
    isLost: (address: AgentAddress) => boolean,
    code: number,
    reason: string,
  ): void {
    for (const link of [...this.links]) {
      if (isLost(link.address)) link.cut(code, reason);
    }
    for (const instance of this.services.all(isLost)) {
      for (const link of [...instance.connections.links()]) link.detach();
      instance.part();
    }
  }

  #connect(
    { address, uri, ctx, props }: {
      address: AgentAddress;
      uri: string;
      ctx: ConnectionContext | undefined;
      props: unknown;
    },
    record: string | undefined,
    socket: Omit<Socket, "attach">,
    keeper: Keeper,
  ): SocketEvents {
    let instance: Instance;
    try {
      const kind = this.#kind(address);
      instance = this.#instances.instance(kind, address.name, props);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refusal(address, error);
      const code = error.status === 503
        ? this.services.isClosing ? CloseCode.RESTART : CloseCode.OVERLOAD
        : CloseCode.INTERNAL;
      return refused(socket, code, error.message);
    }
    if (record !== undefined) {
      const link = new Link(instance, uri);
      const routed = routedLink(this, address, link, socket, keeper);
      link.restore(routed, recordOf(record));
      return routed;
    }
    const events = connect(instance, uri, ctx);
    const routed = routedLink(this, address, events, socket, keeper);
    events.open(routed);
    return routed;
  }

  #refusal(
    { agent }: AgentAddress,
    { status, message: reason }: Refusal,
  ): Response {
    this.services.emit(() => ({ type: "refused", status, reason, agent }));
    return refusal(status, reason);
  }

  #kind({ agent }: AgentAddress): Served {
    const kind = this.#kinds.get(agent);
    // In the middle of a deploy a new class may not be everywhere yet.
    if (kind === undefined) throw new Refusal(503, "no such agent is served");
    return kind;
  }
}

/** What `onConnect` gets where the request arrived elsewhere. */
function contextOf(
  { uri, method, headers, data }: Opening,
): ConnectionContext {
  const pairs = headers as [string, string][];
  const request = new Request(uri, { method, headers: pairs });
  return { request, data: frozen(data) };
}

/** As where nothing travels. */
function frozen(data: unknown): unknown {
  return data === undefined
    ? undefined
    : toJson(data, undefined, Infinity).value;
}

function refused(
  socket: Omit<Socket, "attach">,
  code: number,
  reason: string,
): SocketEvents {
  socket.close(code, reason);
  return { open() {}, receive() {}, closed() {} };
}
