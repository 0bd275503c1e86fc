import {
  type Answer,
  type MaybePromise,
  type Platform,
  Refusal,
} from "../src/host/platform.ts";
import { isThenable } from "../src/runtime/thenable.ts";
import type { SocketEvents } from "../src/ports/socket.ts";
import { pathOf } from "../src/protocol/spelling.ts";
import { builtin } from "../platform/builtin.ts";
import { drop } from "./node_answering.ts";
import { NodeBody } from "./node_body.ts";
import { sendable } from "./sendable.ts";
import type { NodeSockets } from "./node_sockets.ts";
import type {
  NodeBindings,
  NodeDuplex,
  NodeIncoming,
  NodeOutgoing,
  NodePackages,
} from "./node_types.ts";

/** What a URL parser takes for another path than it says. */
const UNUSUAL = /\/\.|%2e|\\/i;

/** Says whether a stream has failed, also one that somebody else has locked. */
const ERRED = Symbol.for("nodejs.stream.errored");

interface Erring {
  readonly [ERRED]?: boolean;
}

/** Answers a request; `null` when it is for somebody else. */
export type NodeHandler = (
  request: Request,
  bindings: NodeBindings,
) => MaybePromise<Answer | null>;

/** A request to upgrade, and where the answer goes. */
interface Upgrade {
  readonly incoming: NodeIncoming;
  readonly socket: NodeDuplex;
  readonly head: unknown;
  isDone: boolean;
}

/**
 * By Node's request and by ours. The one that receives it may hand it to
 * another entry, and an app may hand on the request alone.
 */
const upgrades = new WeakMap<NodeIncoming | Request, Upgrade>();

/** Has requests that Node received answered by a handler of `Request` and `Response`. */
export class NodeRequests {
  /** What the core needs to upgrade a request. */
  readonly platform: Platform<[bindings?: NodeBindings]>;
  #packages: NodePackages;
  #sockets: NodeSockets;

  constructor(packages: NodePackages, sockets: NodeSockets) {
    this.#packages = packages;
    this.#sockets = sockets;
    this.platform = {
      upgrade: (request, events, [bindings], headers) =>
        this.#upgrade(bindings?.incoming ?? request, events, headers),
      received: (_request, [bindings]) => {
        const sent = bindings?.incoming?.url;
        if (sent === undefined || !UNUSUAL.test(sent)) return undefined;
        // A client may send a whole URL.
        return sent.startsWith("/") ? sent : pathOf(sent);
      },
      keep: genuine,
      peer: (_request, [bindings]) => bindings?.incoming?.socket?.remoteAddress,
    };
  }

  /** Returns `false`, and has done nothing, when `handler` says that the request is for somebody else. */
  request(
    incoming: NodeIncoming,
    outgoing: NodeOutgoing,
    handler: NodeHandler,
  ): boolean {
    // A client that leaves in the middle of an answer is no error.
    outgoing.on("error", ignore);
    return this.#ask(incoming, outgoing, handler, () => outgoing);
  }

  /** As `request`, for a request to upgrade. */
  upgrade(
    incoming: NodeIncoming,
    socket: NodeDuplex,
    head: unknown,
    handler: NodeHandler,
  ): boolean {
    const upgrade = { incoming, socket, head, isDone: false };
    upgrades.set(incoming, upgrade);
    // Nobody else listens until it is upgraded, and an error would end the process.
    socket.on("error", drop);
    const isOurs = this.#ask(incoming, undefined, handler, () => {
      if (upgrade.isDone) return undefined;
      upgrade.isDone = true;
      return responseOn(socket, incoming);
    });
    if (!isOurs) socket.off("error", drop);
    return isOurs;
  }

  #ask(
    incoming: NodeIncoming,
    outgoing: NodeOutgoing | undefined,
    handler: NodeHandler,
    open: () => NodeOutgoing | undefined,
  ): boolean {
    const send = (given: Answer | null) => {
      const target = open();
      if (target === undefined) return;
      // Of whichever copy of the class it is.
      if (given?.headers === undefined) {
        const received = given === null ? "null" : typeof given;
        return fail(
          target,
          new TypeError(
            `the fallback, or the app, must return a Response: received ${received}`,
          ),
        );
      }
      const answer = sendable(given) as Response & { body: Erring | null };
      this.#packages.sendNodeResponse(target, answer)
        // It takes a stream that fails with `undefined` for one that goes on.
        .then(() => answer.body?.[ERRED] && target.destroy())
        .catch((error) => fail(target, error));
    };
    const failed = (error: unknown) => fail(open(), error);
    try {
      const body = outgoing && NodeBody.of(incoming);
      const request = this.#toRequest(incoming, outgoing, body);
      if (request === undefined) {
        send(new Response("Bad request", { status: 400 }));
        return true;
      }
      const upgrade = upgrades.get(incoming);
      if (upgrade !== undefined) upgrades.set(request, upgrade);
      const answer = handler(request, { incoming, outgoing });
      if (answer === null) return false;
      // Before Node itself throws away what nobody has read.
      if (body) outgoing!.prependListener("finish", () => body.answered());
      // What `send` throws would end the process.
      if (isThenable(answer)) answer.then(send).then(undefined, failed);
      else send(answer);
    } catch (error) {
      failed(error);
    }
    return true;
  }

  /**
   * `undefined` for what can't be a `Request`, as with the method `TRACE`. That
   * of an upgrade is none yet: most are read by nobody but the router, and to
   * make one costs as much as a connection. See {@linkcode genuine}.
   */
  #toRequest(
    incoming: NodeIncoming,
    outgoing: NodeOutgoing | undefined,
    body: NodeBody | undefined,
  ): Request | undefined {
    const { NodeRequest } = this.#packages;
    try {
      const request = new NodeRequest({ req: incoming, res: outgoing });
      if (outgoing === undefined) return request;
      if (body !== undefined) {
        Object.defineProperty(request, "body", { value: body.stream });
      }
      return (request as Request & { _request?: Request })._request ?? request;
    } catch {
      return undefined;
    }
  }

  #upgrade(
    request: NodeIncoming | Request,
    events: SocketEvents,
    headers: Headers | undefined,
  ): undefined {
    const upgrade = upgrades.get(request);
    if (upgrade === undefined) {
      throw new Refusal(501, "This server upgrades no requests");
    }
    const { incoming, socket, head } = upgrade;
    if (
      upgrade.isDone ||
      !this.#sockets.upgrade(incoming, socket, head, events, headers)
    ) throw new Refusal(400, "Invalid WebSocket handshake");
    upgrade.isDone = true;
    return undefined;
  }
}

/** A `Request` that others may copy, of that of an upgrade. */
export function genuine(request: Request): Request {
  const upgrade = upgrades.get(request);
  if (upgrade === undefined) return request;
  // Node's own: those of `request` would be read twice.
  const headers = upgrade.incoming.headers as Record<string, string>;
  const result = new Request(request.url, { headers });
  upgrades.set(result, upgrade);
  return result;
}

/** A response that goes to the bare socket of an upgrade, and ends it. */
function responseOn(socket: NodeDuplex, incoming: NodeIncoming): NodeOutgoing {
  const { ServerResponse } = builtin<{
    ServerResponse: new (incoming: NodeIncoming) => NodeOutgoing & {
      shouldKeepAlive: boolean;
      assignSocket(socket: NodeDuplex): void;
    };
  }>("node:http");
  const response = new ServerResponse(incoming);
  response.shouldKeepAlive = false;
  response.on("error", ignore);
  response.on("finish", () => socket.destroySoon?.());
  response.assignSocket(socket);
  return response;
}

function fail(outgoing: NodeOutgoing | undefined, error: unknown): void {
  console.error("Cannot answer a request:", error);
  if (outgoing === undefined) return;
  if (outgoing.headersSent) return void outgoing.destroy();
  outgoing.statusCode = 500;
  outgoing.end("Internal Server Error");
}

function ignore(): void {}
