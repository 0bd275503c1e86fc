// A server of node:http whose own listeners come before and after the agents.
import { createServer } from "node:http";
import { serveAgents } from "../../../adapters/node.ts";
import { WebSocketServer } from "ws";
import { Counter, storage, tell } from "./agents.mjs";

const server = createServer((request, response) => {
  response.end(`own ${request.url}`);
});
const sockets = new WebSocketServer({ noServer: true });
server.on("upgrade", endUnknown);
serveAgents({ Counter }, { storage }).handle(server);
serveAgents({ Counter }, { storage: "memory", prefix: "api/v1" })
  .handle(server);
server.on("upgrade", (request, socket, head) => {
  if (request.url !== "/own") return;
  sockets.handleUpgrade(request, socket, head, (socket) => {
    socket.on("message", (data) => socket.send(`own ${data}`));
  });
});
server.listen(0, "127.0.0.1", () => tell(server));

/** Many apps do so. */
function endUnknown(request, socket) {
  if (request.url !== "/own") socket.destroy();
}
