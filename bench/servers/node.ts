import { createServer } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { answer } from "./answer.ts";
import { collectGarbage } from "./garbage.ts";

const LOOK_MS = 10_000;

const everybody = new Set<WebSocket>();
const everyone = new Map<WebSocket, number>();

/** The same server on bare `ws`, with the settings of the adapter. */
const server = createServer((_request, response) => {
  collectGarbage();
  response.end("ok");
});
const sockets = new WebSocketServer({
  server,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: 2 * 1024 * 1024,
});

sockets.on("connection", (socket, request) => {
  socket.binaryType = "arraybuffer";
  // Who is silent is asked, and then dropped.
  everyone.set(socket, 0);
  socket.on("pong", () => everyone.set(socket, 0));
  socket.on("error", () => {});
  socket.on("close", () => {
    everyone.delete(socket);
    everybody.delete(socket);
  });
  const { url = "" } = request;
  if (url.includes("/broadcast-agent/")) broadcast(socket);
  else if (url.includes("/call-agent/")) answerCalls(socket);
  else echo(socket);
});

setInterval(() => {
  for (const [socket, silence] of everyone) {
    everyone.set(socket, silence + 1);
    if (silence > 1) socket.terminate();
    else if (silence === 1) socket.ping();
  }
}, LOOK_MS);

function echo(socket: WebSocket): void {
  socket.on(
    "message",
    (data, isBinary) => socket.send(payload(data, isBinary)),
  );
}

function answerCalls(socket: WebSocket): void {
  socket.on("message", (data) => socket.send(answer(data.toString())));
}

function broadcast(socket: WebSocket): void {
  everybody.add(socket);
  socket.on("message", (data, isBinary) => {
    const message = payload(data, isBinary);
    for (const other of everybody) other.send(message);
  });
}

/** What a handler gets: a text, or bytes. */
function payload(data: RawData, isBinary: boolean): string | ArrayBuffer {
  return isBinary ? data as ArrayBuffer : data.toString();
}

/** Has this listen where an entry of ours would. */
function listen({ hostname }: { hostname: string }): Promise<{ url: string }> {
  return new Promise((resolve) => {
    server.listen(Number(process.env.PORT), hostname, () => {
      const { port } = server.address() as { port: number };
      resolve({ url: `http://${hostname}:${port}/` });
    });
  });
}

export default { fetch() {}, websocket: { listen } };
