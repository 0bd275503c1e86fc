import { answering, whenAnswered } from "./node_answering.ts";
import type { NodeHandler, NodeRequests } from "./node_requests.ts";
import type { NodeIncoming, NodeServer } from "./node_types.ts";

/** Which of a server's events are taken, and who answers them. */
export interface Taken {
  /** Whether a request with this path has to be looked at. */
  concerns(url: string): boolean;
  /** Answers it, or says that it is somebody else's after all. */
  readonly handler: NodeHandler;
  /** Answers what nobody listens to. */
  readonly last: NodeHandler;
}

/** The events of a request that has an answer. */
const REQUESTS = ["request", "checkContinue", "checkExpectation"];

/** How many of a server's listeners of upgrades are those of this file. */
const ours = new WeakMap<NodeServer, number>();

/**
 * Takes from the events of `server` before its listeners get them: all of
 * them see every event, and many apps end what they do not know.
 */
export function takeEvents<T extends NodeServer>(
  server: T,
  requests: NodeRequests,
  { concerns, handler, last }: Taken,
): T {
  const { emit } = server;
  const before = ours.get(server) ?? 0;
  ours.set(server, before + 1);
  // Without a listener Node takes an upgrade for a plain request.
  server.on("upgrade", () => {});
  // Until there was one, a server of HTTP/2 has streams, and no requests.
  server.on("request", ignore);
  server.off("request", ignore);
  upgradeWebSocketsOnly(server);
  /** Whether nobody else is left to answer: who took events earlier gets them first. */
  const isLast = (event: string, listeners: number) =>
    before === 0 && server.listenerCount(event) === listeners;
  server.emit = function (event, ...args) {
    if (REQUESTS.includes(event)) answering(args[0].socket, args[1]);
    if (event === "request") {
      const [incoming, outgoing] = args;
      if (isFor(incoming) && requests.request(incoming, outgoing, handler)) {
        return true;
      }
      if (isLast(event, 0)) return requests.request(incoming, outgoing, last);
    } else if (event === "upgrade") {
      const [incoming, socket, head] = args;
      if (whenAnswered(socket, () => server.emit(event, ...args))) return true;
      if (
        isFor(incoming) && requests.upgrade(incoming, socket, head, handler)
      ) return true;
      if (isLast(event, ours.get(server)!)) {
        return requests.upgrade(incoming, socket, head, last);
      }
    }
    return emit.call(this, event, ...args);
  };
  return server;

  function isFor({ url = "" }: NodeIncoming): boolean {
    return concerns(url);
  }
}

/** Where nobody else listens, requests that offer another protocol, as some clients do with HTTP/2, stay requests: as an upgrade they have no body. */
function upgradeWebSocketsOnly(server: NodeServer): void {
  const { shouldUpgradeCallback: before } = server;
  if (before === undefined) return;
  server.shouldUpgradeCallback = (incoming) =>
    before.call(server, incoming) && (
      `${incoming.headers.upgrade}`.toLowerCase() === "websocket" ||
      server.listenerCount("upgrade") > ours.get(server)!
    );
}

function ignore(): void {}
