import {
  Agent,
  type Connection,
  type ConnectionContext,
  type WSMessage,
} from "../../mod.ts";
import { durable, serveAgents } from "../../adapters/auto.ts";
import { collectGarbage } from "./garbage.ts";

class Echo extends Agent {
  override onMessage(connection: Connection, message: WSMessage) {
    connection.send(message);
  }

  override onRequest() {
    return new Response("ok");
  }
}

/** An `Echo` that looks who is there. */
class Doorkeeper extends Echo {
  override onConnect(connection: Connection, { request }: ConnectionContext) {
    const { url, headers } = request;
    if (headers.get("cookie") === url) connection.close(4001);
  }
}

class Calculator extends Agent {
  static callable = ["add"];

  add(a: number, b: number): number {
    return a + b;
  }
}

class Broadcaster extends Agent {
  override onMessage(_connection: Connection, message: WSMessage) {
    this.broadcast(message);
  }
}

export const EchoAgent = durable(Echo);
export const DoorAgent = durable(Doorkeeper);
export const CallAgent = durable(Calculator);
export const BroadcastAgent = durable(Broadcaster);

const classes = { EchoAgent, DoorAgent, CallAgent, BroadcastAgent };

export default serveAgents(classes, {
  // Idle instances stay: their memory is what one scenario weighs.
  limits: { idleMs: 600_000 },
  fallback: collectGarbage,
});
