import { nextDepth } from "../agent/server_call.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import type { Cluster, Peer } from "../ports/cluster.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { hasMoved } from "../runtime/moved.ts";
import { isThenable } from "../runtime/thenable.ts";
import type { Admitted } from "./before_hook.ts";
import { ClusterLinks } from "./cluster_links.ts";
import type { HostHealth } from "./health.ts";
import { keepProcess } from "./keep_process.ts";
import { LocalBackend } from "./local_backend.ts";
import type { Namespace, Served } from "./namespace.ts";
import { type Answer, type Platform, Refusal } from "./platform.ts";
import { Route } from "./route.ts";
import type { CloseOptions } from "./shutdown.ts";

/** Connections that are closed at once when a process ends, and how long until the next ones. */
const BATCH = 200;
const TICK_MS = 25;

/** The instances are in the processes of a cluster, each in one of them. */
export class ClusterBackend<Native> extends LocalBackend<Native> {
  #cluster: Cluster;
  #namespace: Namespace;
  #platform: Platform<Native>;
  #links: ClusterLinks;
  #closed: Promise<void> | undefined;

  constructor(
    cluster: Cluster,
    namespace: Namespace,
    platform: Platform<Native>,
    kinds: ReadonlyMap<string, Served>,
  ) {
    super(namespace, platform);
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#platform = platform;
    this.#links = new ClusterLinks(cluster, namespace, this, kinds);
    namespace.isElsewhere = (address) => cluster.owner(address) !== undefined;
    cluster.join(this.#links);
  }

  override connect(
    kind: Served,
    name: string,
    request: Request,
    admitted: Admitted,
    native: Native,
    props?: unknown,
  ): Answer {
    this.#assertOpen();
    const { connections, limits } = this.#namespace;
    if (connections >= limits.connections) {
      throw new Refusal(503, "too many connections");
    }
    const address = { agent: kind.className, name };
    const isHere = this.#cluster.owner(address) === undefined;
    const ctx = isHere && !this.instance(kind, name, props).hooks.takesRequest
      ? undefined
      : this.context(request, admitted);
    const { url: uri } = admitted.request;
    const route = new Route(this.#links, { address, uri, ctx, props });
    return this.#platform.upgrade(request, route, native, admitted.headers);
  }

  override async request(
    kind: Served,
    name: string,
    admitted: Admitted,
    native: Native,
    props?: unknown,
  ): Promise<Response> {
    this.#assertOpen();
    const { request, data } = admitted;
    const address = { agent: kind.className, name };
    return await this.#at(kind, address, (peer) => {
      if (peer === undefined) {
        return super.request(kind, name, admitted, native, props);
      }
      this.#platform.answering?.(request, native);
      return peer.request({ address, request, data, props });
    });
  }

  override async call(
    kind: Served,
    name: string,
    method: string,
    args: readonly unknown[],
    props: unknown,
  ): Promise<unknown> {
    const depth = nextDepth(method);
    const address = { agent: kind.className, name };
    return await this.#at(
      kind,
      address,
      (peer) =>
        peer === undefined
          ? super.call(kind, name, method, args, props, depth)
          : peer.call({ address, method, args, depth, props }),
    );
  }

  override async start(
    kind: Served,
    name: string,
    props: unknown,
  ): Promise<void> {
    const address = { agent: kind.className, name };
    const call = { address, method: undefined, args: [], depth: 0, props };
    await this.#at(
      kind,
      address,
      (peer) =>
        peer === undefined ? super.start(kind, name, props) : peer.call(call),
    );
  }

  override health(): HostHealth {
    return this.#cluster.health();
  }

  /** Hands everything over, closes what clients are connected to this process, and then the store. */
  override close(options: CloseOptions = {}): Promise<void> {
    return this.#closed ??= keepProcess(this.#close(options));
  }

  async #close(options: CloseOptions): Promise<void> {
    await this.#cluster.leave();
    this.#namespace.isClosing = true;
    const { routes } = this.#links;
    while (routes.size > 0) {
      let room = BATCH;
      for (const route of routes) {
        if (room-- === 0) break;
        route.cut(CloseCode.RESTART, "restarting");
        routes.delete(route);
      }
      await new Promise<void>((resolve) =>
        this.#namespace.after(TICK_MS, resolve)
      );
    }
    await super.close(options);
    this.#cluster.close();
  }

  /** Does something where the instance is, wherever that is meanwhile. */
  async #at<T>(
    kind: Served,
    address: AgentAddress,
    job: (peer: Peer | undefined) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const owner = this.#cluster.owner(address);
      // As long as it is in memory here, others that are handed over may wait for it.
      const isLeaving = isThenable(owner) && kind.instances.has(address.name) &&
        this.#cluster.isLive;
      const peer = isLeaving || !isThenable(owner)
        ? isLeaving ? undefined : owner as Peer | undefined
        : await this.#within(owner);
      try {
        return await job(peer);
      } catch (error) {
        if (peer === undefined || !hasMoved(error)) throw error;
      }
    }
  }

  #within<T>(owner: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#namespace.after(
        this.#cluster.waitMs,
        () => reject(new Refusal(503, "no process has this agent yet")),
      );
      owner.then((peer) => {
        cancel();
        resolve(peer);
      });
    });
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new Refusal(503, "shutting down");
  }
}
