// Next has no WebSockets, so its pages and the agents share a server of our own.
import { createServer } from "node:http";
import next from "next";
import agents from "./agents.ts";

const port = Number(process.env.PORT ?? 3000);
const server = createServer();
// Before Next listens, so that it only sees what is no agent's.
agents.handle(server);
const app = next({
  dev: process.env.NODE_ENV !== "production",
  port,
  httpServer: server,
});
await app.prepare();
const handle = app.getRequestHandler();
server.on("request", (request, response) => handle(request, response));
server.once("error", ({ message }) => {
  console.error(`${message}: PORT says another one`);
  process.exit(1);
});
server.listen(port, () => {
  console.log(`Listening on http://localhost:${port}/`);
});
process.once("SIGTERM", async () => {
  await agents.close();
  process.exit(0);
});
