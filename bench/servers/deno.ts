import { answer } from "./answer.ts";
import { collectGarbage } from "./garbage.ts";

const everybody = new Set<WebSocket>();

/** The same server on bare Deno, with the settings of the adapter. */
export default {
  fetch(request: Request): Response {
    if (request.headers.get("upgrade") !== "websocket") return collectGarbage();
    const broadcasts = request.url.includes("/broadcast-agent/");
    const { socket, response } = Deno.upgradeWebSocket(request, {
      idleTimeout: 30,
    });
    socket.binaryType = "arraybuffer";
    if (broadcasts) broadcast(socket);
    else if (request.url.includes("/call-agent/")) answerCalls(socket);
    else echo(socket);
    return response;
  },
};

function echo(socket: WebSocket): void {
  socket.onmessage = ({ data }) => socket.send(data);
}

function answerCalls(socket: WebSocket): void {
  socket.onmessage = ({ data }) => socket.send(answer(data));
}

function broadcast(socket: WebSocket): void {
  socket.onopen = () => everybody.add(socket);
  socket.onmessage = ({ data }) => {
    for (const other of everybody) other.send(data);
  };
  socket.onclose = () => everybody.delete(socket);
}
