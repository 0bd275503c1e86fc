import type { BunServer, BunSocket } from "../../adapters/bun.ts";
import { answer } from "./answer.ts";
import { collectGarbage } from "./garbage.ts";

interface PublishingServer extends BunServer {
  publish(topic: string, data: string | ArrayBuffer): number;
}

let server: PublishingServer;

/** The same server on bare Bun, with the settings of the adapter. */
export default {
  fetch(request: Request, native: PublishingServer): Response | undefined {
    server = native;
    if (request.headers.get("upgrade") !== "websocket") return collectGarbage();
    const data = request.url.includes("/broadcast-agent/")
      ? "broadcast"
      : request.url.includes("/call-agent/")
      ? "call"
      : undefined;
    if (native.upgrade(request, { data })) return undefined;
    return new Response("Invalid WebSocket handshake", { status: 400 });
  },
  websocket: {
    maxPayloadLength: 2 * 1024 * 1024,
    backpressureLimit: 16 * 1024 * 1024,
    idleTimeout: 30,
    open(socket: BunSocket): void {
      socket.binaryType = "arraybuffer";
      if (socket.data === "broadcast") socket.subscribe("everybody");
    },
    message(socket: BunSocket, data: string | ArrayBuffer): void {
      if (socket.data === "broadcast") server.publish("everybody", data);
      else if (socket.data === "call") socket.send(answer(data));
      else socket.send(data);
    },
    close(): void {},
  },
};
