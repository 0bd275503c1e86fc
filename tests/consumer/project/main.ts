import { Agent, type Connection, type WSMessage } from "@roam/agents";
import { durable, serveAgents } from "@roam/agents/auto";

class Echo extends Agent {
  override onMessage(connection: Connection, message: WSMessage) {
    connection.send(message);
  }
}

export const EchoAgent = durable(Echo);
export default serveAgents({ EchoAgent });
