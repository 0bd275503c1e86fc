import type {
  ForwardedCall,
  ForwardedRequest,
  Peer,
  RouteEnd,
} from "../src/ports/cluster.ts";
import type { SocketEvents } from "../src/ports/socket.ts";
import { CloseCode } from "../src/protocol/close_codes.ts";
import {
  closeBody,
  encodeShards,
  jsonBody,
  manyBody,
  NodeFrame,
  NodeFrameError,
  type NodeFrameType,
  shardsBody,
  textBody,
} from "../src/protocol/node_frames.ts";
import { AskedPeer } from "./asked_peer.ts";
import { OutRoute, type OutRouteHost, REPORT_BYTES } from "./out_route.ts";
import { Unreported } from "./unreported.ts";
import { PeerRequests } from "./peer_requests.ts";
import type { Pipe, PipeListener } from "./pipe.ts";

const REPORT_MS = 100;
/** The same of those whose sockets have much to take. */
const REPORT_MUCH_MS = 5;

/** The process whose clients they are. */
export interface PeerNodeHost {
  /** Milliseconds that somebody waits for a pipe. */
  readonly waitMs: number;
  shardOf(address: RouteEnd["opening"]["address"]): number;
  /** Whether the other process has the shard, as far as this one knows. */
  isOwner(node: string, shard: number): boolean;
  /** Clients of these shards have to wait. */
  held(peer: PeerNode, shards: readonly number[]): void;
  /** The other process says who has these now. */
  moved(
    peer: PeerNode,
    shards: readonly number[],
    owner: string | undefined,
  ): void;
  /** It does not have what it was asked for: calls `again` in a while, when more is known. */
  missed(again: () => void): void;
  /** The pipe is gone. */
  lostPipe(peer: PeerNode, why: string): void;
}

/** Another process, and what clients of this one have to do with its instances. */
export class PeerNode implements Peer, PipeListener, OutRouteHost {
  /** Its id. */
  readonly id: string;
  pipe: Pipe | undefined;
  #host: PeerNodeHost;
  #routes = new Map<number, OutRoute>();
  #lastId = 0;
  #asked: AskedPeer;
  #little = new Unreported(REPORT_MS, 1);
  #much = new Unreported(REPORT_MUCH_MS, REPORT_BYTES);
  /** Clients that came something for in this piece. */
  #unflushed: OutRoute[] = [];
  #isOver = false;

  constructor(id: string, host: PeerNodeHost) {
    this.id = id;
    this.#host = host;
    this.#asked = new AskedPeer({
      waitMs: host.waitMs,
      isOwner: (shard) => this.#isOwner(shard),
    });
  }

  // What clients and agents of this process ask.

  open(end: RouteEnd): SocketEvents {
    const shard = this.#host.shardOf(end.opening.address);
    const route = new OutRoute(this, this.#nextId(), shard, end);
    if (this.#isOver) {
      // Somebody was told to ask it just before it went.
      this.#host.missed(() => end.moves());
      return route;
    }
    this.#routes.set(route.id, route);
    if (this.pipe !== undefined) route.ask(this.pipe);
    return route;
  }

  async request(request: ForwardedRequest): Promise<Response> {
    return await (await this.#asking(request)).request(request);
  }

  async call(call: ForwardedCall): Promise<unknown> {
    return await (await this.#asking(call)).call(call);
  }

  /** Tells it that these shards are its own. */
  take(shards: readonly number[]): void {
    this.pipe?.send(NodeFrame.TAKE, 0, encodeShards(shards));
  }

  // What becomes of the pipe.

  reached(pipe: Pipe): void {
    this.pipe = pipe;
    for (const route of this.#routes.values()) route.ask(pipe);
    this.#asked.reached(new PeerRequests(pipe, () => this.#nextId()));
  }

  /** Clients are told: nobody knows what was lost. Those that it has not taken over yet look again. */
  closed(why: string): void {
    this.#flush();
    this.pipe = undefined;
    this.#asked.closed();
    this.#little.clear();
    this.#much.clear();
    const routes = [...this.#routes.values()];
    for (const route of routes) {
      // That of a client that has never been accepted has heard nothing from it either.
      const isNew = !route.isOpened &&
        (!route.isSent || route.end.record === undefined);
      if (isNew && !this.#isOver) {
        route.isSent = false;
        continue;
      }
      this.#routes.delete(route.id);
      if (isNew) route.end.moves();
      else route.end.cut(CloseCode.RESTART, "restarting");
    }
    this.#host.lostPipe(this, why);
  }

  /** The process is gone. */
  over(why: string): void {
    this.#isOver = true;
    if (this.pipe !== undefined) this.pipe.close(why);
    else this.closed(why);
    this.recheck();
  }

  /** The map has changed: who waits for this process may have to wait for another one. */
  recheck(): void {
    for (const route of [...this.#routes.values()]) {
      const isStuck = !route.isOpened && this.pipe === undefined;
      if (!isStuck || this.#isOwner(route.shard)) continue;
      this.#routes.delete(route.id);
      route.end.moves();
    }
    this.#asked.recheck();
  }

  // What its clients have to be told.

  ended(route: OutRoute): void {
    this.#routes.delete(route.id);
    this.#little.delete(route);
    this.#much.delete(route);
  }

  unreported(route: OutRoute, isMuch: boolean): void {
    (isMuch ? this.#much : this.#little).add(route);
  }

  unflushed(route: OutRoute): void {
    if (this.#unflushed.push(route) === 1) queueMicrotask(() => this.#flush());
  }

  frame(type: NodeFrameType, id: number, body: Uint8Array): void {
    const route = this.#routes.get(id);
    switch (type) {
      case NodeFrame.TEXT:
        return route?.send(textBody(body));
      case NodeFrame.BYTES:
        return route?.send(body.slice());
      case NodeFrame.MANY_TEXT:
      case NodeFrame.MANY_BYTES: {
        const { data, connections } = manyBody(id, body);
        const message = type === NodeFrame.MANY_TEXT
          ? textBody(data)
          : data.slice();
        for (const each of connections) this.#routes.get(each)?.send(message);
        return;
      }
    }
    // Each client gets in order what is for it.
    this.#flush();
    switch (type) {
      case NodeFrame.ATTACH:
        return route?.end.keep(textBody(body));
      case NodeFrame.CLOSE:
        return this.#close(route, body);
      case NodeFrame.HOLD:
        this.#hold(shardsBody(body));
        return this.pipe?.send(NodeFrame.HELD, id);
      case NodeFrame.MOVED:
        return this.#moved(jsonBody(body) as Moved);
      case NodeFrame.OPENED:
      case NodeFrame.NOT_HERE:
        if (route === undefined) break;
        return this.#answered(route, type === NodeFrame.OPENED);
    }
    if (type < NodeFrame.OPENED || type === NodeFrame.TAKE) {
      throw new NodeFrameError(
        `the process of an instance sends no frames of type ${type}`,
      );
    }
    // About a request or a call, or one that is over.
    this.#asked.frame(type, id, body);
  }

  #flush(): void {
    for (const route of this.#unflushed.splice(0)) route.flush();
  }

  #answered(route: OutRoute, isHere: boolean): void {
    if (isHere) {
      route.isOpened = true;
      return route.end.opened();
    }
    this.#routes.delete(route.id);
    this.#host.missed(() => route.end.moves());
  }

  #close(route: OutRoute | undefined, body: Uint8Array): void {
    if (route === undefined) return;
    const { code, reason } = closeBody(body);
    if (code !== 0) return route.end.close(code, reason);
    this.ended(route);
    route.end.terminate?.();
  }

  #hold(shards: readonly number[]): void {
    const held = new Set(shards);
    this.#host.held(this, shards);
    for (const route of this.#routes.values()) {
      if (route.isOpened && held.has(route.shard)) route.end.moves();
    }
  }

  #moved({ shards, owner }: Moved): void {
    const moved = new Set(shards);
    const routes = [...this.#routes.values()].filter(({ shard }) =>
      moved.has(shard)
    );
    // One that it has not answered yet is answered still where it stays.
    const gone = routes.filter(({ isOpened }) => isOpened || owner !== this.id);
    for (const route of gone) this.ended(route);
    this.#host.moved(this, shards, owner);
    for (const route of gone) {
      if (!route.isOpened) route.end.moves();
    }
  }

  #asking({ address }: Pick<ForwardedCall, "address">): Promise<PeerRequests> {
    return this.#asked.requests(this.#host.shardOf(address));
  }

  #isOwner(shard: number): boolean {
    return !this.#isOver && this.#host.isOwner(this.id, shard);
  }

  #nextId(): number {
    return ++this.#lastId;
  }
}

interface Moved {
  readonly shards: readonly number[];
  readonly owner?: string;
}
