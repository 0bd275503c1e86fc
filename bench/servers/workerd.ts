import { answer } from "./answer.ts";
import type { DurableContext } from "../../adapters/durable.ts";
import type { WorkerSocket } from "../../adapters/worker_socket.ts";

interface Namespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

interface Bindings {
  readonly EchoAgent: Namespace;
  readonly DoorAgent: Namespace;
  readonly CallAgent: Namespace;
  readonly BroadcastAgent: Namespace;
}

declare const WebSocketPair: new () => { 0: unknown; 1: WorkerSocket };

/** The same Worker and Durable Objects without the library, hibernation included. */
export default {
  fetch(request: Request, env: Bindings): Promise<Response> {
    const [, , , , agent, name] = request.url.split("/", 6);
    const namespace = agent === "echo-agent"
      ? env.EchoAgent
      : agent === "door-agent"
      ? env.DoorAgent
      : agent === "call-agent"
      ? env.CallAgent
      : env.BroadcastAgent;
    return namespace.get(namespace.idFromName(name)).fetch(request);
  },
};

class BareObject {
  protected readonly ctx: DurableContext;

  constructor(ctx: DurableContext) {
    this.ctx = ctx;
  }

  fetch(request: Request): Response {
    if (request.headers.get("upgrade") !== "websocket") {
      return new Response("ok");
    }
    const { 0: webSocket, 1: socket } = new WebSocketPair();
    this.ctx.acceptWebSocket(socket);
    const init = { status: 101, webSocket };
    return new Response(null, init);
  }

  webSocketClose(socket: WorkerSocket, code: number, reason: string): void {
    socket.close(code, reason);
  }
}

export class EchoAgent extends BareObject {
  webSocketMessage(socket: WorkerSocket, data: string | ArrayBuffer): void {
    socket.send(data);
  }
}

export class DoorAgent extends EchoAgent {}

export class CallAgent extends BareObject {
  webSocketMessage(socket: WorkerSocket, data: string | ArrayBuffer): void {
    socket.send(answer(data));
  }
}

export class BroadcastAgent extends BareObject {
  webSocketMessage(_socket: WorkerSocket, data: string | ArrayBuffer): void {
    for (const socket of this.ctx.getWebSockets()) socket.send(data);
  }
}
