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
import type { ConnectionContext } from "../src/agent/connection.ts";
import type { AgentClasses, Platform } from "../src/host/host.ts";
import { Refusal } from "../src/host/router.ts";
import type { ServedAgents } from "../src/host/serve.ts";
import type { SocketEvents } from "../src/ports/socket.ts";
import { type LocalOptions, serveLocal } from "./serve_local.ts";

export type {
  Fallback,
  FallbackFunction,
  ServedAgents,
} from "../src/host/serve.ts";
export type { StorageOption } from "./open_storage.ts";
export type { LocalOptions } from "./serve_local.ts";
export type { WorkerApp } from "./worker_app.ts";

/** Options of {@linkcode serveAgents}. */
export type ServeOptions = LocalOptions<[info?: unknown]>;

/** Seconds after which a silent peer is asked for a sign of life; without one it is gone. */
const IDLE_TIMEOUT = 30;

/** Serves `classes`; the result is a `deno serve` entry. */
export function serveAgents(
  classes: AgentClasses,
  options: ServeOptions = {},
): ServedAgents<[info?: unknown]> {
  return serveLocal(classes, options, platform);
}

const platform: Platform<[info?: unknown]> = {
  upgrade(request, events) {
    const offered = request.headers.get("sec-websocket-protocol");
    const { socket, response } = upgrade(request, {
      idleTimeout: IDLE_TIMEOUT,
      // A browser gives up unless one that it offered is chosen.
      protocol: offered?.split(",", 1)[0].trim(),
    });
    new Listener(socket, events);
    return response;
  },
  // After the upgrade Deno's request throws.
  keep: (request) => new KeptRequest(request),
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
      this.#events.open(socket);
    } else {
      const { code, reason, wasClean } = event as CloseEvent;
      this.#events.closed(code, reason, wasClean);
    }
  }
}

/** A close event follows an error; without a listener it would be uncaught. */
function ignore(): void {}

class KeptRequest implements ConnectionContext {
  #url: string;
  #headers: [string, string][];
  #request: Request | undefined;

  constructor(request: Request) {
    this.#url = request.url;
    this.#headers = [...request.headers];
  }

  get request(): Request {
    return this.#request ??= new Request(this.#url, { headers: this.#headers });
  }
}
