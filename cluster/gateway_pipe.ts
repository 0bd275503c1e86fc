import type {
  ClusterHost,
  ForwardedCall,
  Opening,
} from "../src/ports/cluster.ts";
import { CloseCode } from "../src/protocol/close_codes.ts";
import {
  closeBody,
  countBody,
  encodeShards,
  jsonBody,
  NodeFrame,
  NodeFrameError,
  type NodeFrameType,
  shardsBody,
  textBody,
} from "../src/protocol/node_frames.ts";
import type { Pipe, PipeListener } from "./pipe.ts";
import { RemoteSocket } from "./remote_socket.ts";
import { type RequestHead, ServedRequests } from "./served_requests.ts";

/** The process that has the instances. */
export interface GatewayPipeHost {
  readonly host: ClusterHost;
  shardOf(address: Opening["address"]): number;
  /** Whether this process has the shard, and may act for it. */
  serves(shard: number): boolean;
  /** It has been asked for what it does not serve. */
  missed(): void;
  /** Another process has given these to this one. */
  taken(shards: readonly number[]): void;
  /** The pipe is gone. */
  left(pipe: GatewayPipe, why: string): void;
}

/** A pipe of another process, whose clients have instances here. */
export class GatewayPipe implements PipeListener {
  /** The id of the other process. */
  readonly node: string;
  #pipe: Pipe;
  #owner: GatewayPipeHost;
  #sockets = new Map<number, RemoteSocket>();
  #requests: ServedRequests;
  #holding = new Map<number, () => void>();
  #holds = 0;

  constructor(pipe: Pipe, node: string, owner: GatewayPipeHost) {
    this.#pipe = pipe;
    this.node = node;
    this.#owner = owner;
    this.#requests = new ServedRequests(pipe, owner.host);
  }

  /** Has clients of these shards wait. Resolves when nothing of theirs is on its way any more. */
  hold(shards: readonly number[]): Promise<void> {
    const token = ++this.#holds;
    return new Promise((resolve) => {
      this.#holding.set(token, resolve);
      this.#pipe.send(NodeFrame.HOLD, token, encodeShards(shards));
    });
  }

  /** Says who has these now. */
  moved(shards: readonly number[], owner: string | undefined): void {
    const gone = new Set(shards);
    for (const [id, { shard }] of this.#sockets) {
      if (gone.has(shard)) this.#sockets.delete(id);
    }
    this.#pipe.sendJson(NodeFrame.MOVED, 0, { shards, owner });
  }

  close(why: string): void {
    this.#pipe.close(why);
  }

  /** Ends it when all is sent. */
  end(): void {
    this.#pipe.end();
  }

  closed(why: string): void {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    for (const socket of sockets) {
      socket.readyState = 3;
      socket.events?.closed(CloseCode.ABNORMAL, "", false);
    }
    this.#requests.broken();
    for (const resolve of this.#holding.values()) resolve();
    this.#holding.clear();
    this.#owner.left(this, why);
  }

  frame(type: NodeFrameType, id: number, body: Uint8Array): void {
    switch (type) {
      case NodeFrame.TEXT:
        return this.#sockets.get(id)?.events?.receive(textBody(body));
      case NodeFrame.BYTES:
        return this.#sockets.get(id)?.events?.receive(
          body.slice().buffer as ArrayBuffer,
        );
      case NodeFrame.DRAINED:
        return this.#sockets.get(id)?.drained(countBody(body));
      case NodeFrame.OPEN:
        return this.#open(id, jsonBody(body) as Opening, undefined);
      case NodeFrame.RESTORE: {
        const { opening, record } = jsonBody(body) as Restored;
        return this.#open(id, opening, record);
      }
      case NodeFrame.CLOSE:
        return this.#close(id, body);
      case NodeFrame.HELD: {
        this.#holding.get(id)?.();
        this.#holding.delete(id);
        return;
      }
      case NodeFrame.TAKE:
        return this.#owner.taken(shardsBody(body));
      case NodeFrame.CALL: {
        const call = jsonBody(body) as ForwardedCall;
        if (this.#serves(id, call)) this.#requests.call(id, call);
        return;
      }
      case NodeFrame.REQUEST: {
        const head = jsonBody(body) as RequestHead;
        if (this.#serves(id, head)) this.#requests.request(id, head);
        return;
      }
      case NodeFrame.PART:
      case NodeFrame.END:
      case NodeFrame.CREDIT:
        return this.#requests.frame(type, id, body);
    }
    throw new NodeFrameError(`a gateway sends no frames of type ${type}`);
  }

  #open(id: number, opening: Opening, record: string | undefined): void {
    if (!this.#serves(id, opening)) return;
    const shard = this.#owner.shardOf(opening.address);
    const socket = new RemoteSocket(this.#pipe, id, shard);
    this.#sockets.set(id, socket);
    this.#pipe.send(NodeFrame.OPENED, id);
    socket.events = this.#owner.host.connect(opening, record, socket);
  }

  #close(id: number, body: Uint8Array): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#sockets.delete(id);
    socket.readyState = 3;
    const { code, reason, wasClean } = closeBody(body);
    socket.events?.closed(code, reason, wasClean);
  }

  #serves(id: number, { address }: Pick<Opening, "address">): boolean {
    if (
      typeof address?.agent !== "string" || typeof address.name !== "string"
    ) throw new NodeFrameError("an address is none");
    if (this.#owner.serves(this.#owner.shardOf(address))) return true;
    this.#pipe.send(NodeFrame.NOT_HERE, id);
    this.#owner.missed();
    return false;
  }
}

interface Restored {
  readonly opening: Opening;
  readonly record: string;
}
