/**
 * Serves agents on Deno.
 *
 * @example
 * ```ts
 * // deno serve -A main.ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/deno";
 *
 * class ChatAgent extends Agent {}
 *
 * export default serveAgents({ ChatAgent });
 * ```
 *
 * @module
 */
import type { AgentClasses } from "../src/host/host.ts";
import { type Platform, Refusal } from "../src/host/platform.ts";
import type { SocketEvents } from "../src/ports/socket.ts";
import {
  chosenSubprotocol,
  SUBPROTOCOLS,
} from "../src/protocol/subprotocol.ts";
import {
  type LocalEntry,
  type LocalOptions,
  serveLocal,
} from "./serve_local.ts";
import { withCheckedAnswers } from "./checked_answers.ts";
import { SocketOfDeno } from "./deno_socket.ts";

export type * from "./local_types.ts";

/** Options of {@linkcode serveAgents}. */
export type ServeOptions = LocalOptions<[info?: unknown]>;

/** Seconds after which a silent peer is asked for a sign of life; without one it is gone. */
const IDLE_TIMEOUT = 30;

/**
 * Serves `classes`; the result is a `deno serve` entry.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/deno";
 *
 * class ChatAgent extends Agent {}
 *
 * export default serveAgents({ ChatAgent }, {
 *   allowedOrigins: ["https://app.example.com"],
 * });
 * ```
 */
export function serveAgents(
  classes: AgentClasses,
  options: ServeOptions = {},
): LocalEntry<[info?: unknown]> {
  const { storage = ".agents" } = options;
  if (typeof storage === "string" && storage !== "memory") {
    warnUnlessWritable(storage);
  }
  const entry = serveLocal(classes, options, platform);
  return withCheckedAnswers(entry, options, false);
}

/** Reading is asked for at once, and writing, which fails then, at the first write. */
function warnUnlessWritable(folder: string): void {
  const { state } = Deno.permissions.querySync({ name: "write", path: folder });
  if (state === "granted") return;
  console.warn(
    `Deno may not write to "${folder}", where states are kept: run it with -A or --allow-write=${folder}, or keep them in memory only: storage: "memory"`,
  );
}

const platform: Platform<[info?: unknown]> = {
  upgrade(request, events, _native, headers) {
    const protocol = chosenSubprotocol(request.headers.get(SUBPROTOCOLS));
    const { socket, response } = upgrade(request, {
      idleTimeout: IDLE_TIMEOUT,
    });
    // As an option Deno takes one only from a list with a space behind each comma.
    if (protocol !== undefined) {
      response.headers.set("sec-websocket-protocol", protocol);
    }
    for (const [name, value] of headers ?? []) {
      response.headers.append(name, value);
    }
    new Listener(socket, events);
    return response;
  },
  keep: readable,
  peer: (_request, [info]) =>
    (info as Partial<Deno.ServeHandlerInfo<Deno.NetAddr>> | undefined)
      ?.remoteAddr?.hostname,
  sent: (_response, _request, [info]) =>
    (info as Partial<Deno.ServeHandlerInfo> | undefined)?.completed,
};

function upgrade(
  request: Request,
  options: Deno.UpgradeWebSocketOptions,
): Deno.WebSocketUpgrade {
  try {
    return Deno.upgradeWebSocket(request, options);
  } catch {
    throw new Refusal(400, "Invalid WebSocket handshake");
  }
}

/**
 * After the upgrade Deno's request throws, except for what has been read of it
 * before. A second `Request` would cost a third of a connection.
 */
function readable(request: Request): Request {
  const { url, headers } = request;
  // Has Deno take over all headers; a single one is looked up where they arrived.
  headers.has("host");
  return Object.defineProperties(request, {
    url: { value: url, enumerable: true },
    headers: { value: headers, enumerable: true },
    body: { value: null },
    clone: { value: () => new Request(url, { headers }) },
  });
}

/** One object hears all events of a socket: four closures cost a fifth of a connection. */
class Listener implements EventListenerObject {
  #events: SocketEvents;

  constructor(socket: WebSocket, events: SocketEvents) {
    this.#events = events;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", this);
    socket.addEventListener("message", this);
    socket.addEventListener("close", this);
    socket.addEventListener("error", ignore);
  }

  handleEvent(event: Event): void {
    if (event.type === "message") {
      this.#events.receive((event as MessageEvent).data);
    } else if (event.type === "open") {
      const socket = event.target as WebSocket;
      socket.removeEventListener("open", this);
      this.#events.open(new SocketOfDeno(socket));
    } else {
      const { code, reason, wasClean } = event as CloseEvent;
      this.#events.closed(code, reason, wasClean);
    }
  }
}

/** A close event follows an error; without a listener it would be uncaught. */
function ignore(): void {}
