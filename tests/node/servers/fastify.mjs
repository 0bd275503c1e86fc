import { serveAgents } from "../../../adapters/node.ts";
import fastify from "fastify";
import { Counter, storage, tell } from "./agents.mjs";

const app = fastify();
app.get("/own", () => "own /own");
app.post("/own", (request) => request.body);

serveAgents({ Counter }, { storage }).handle(app.server);
await app.listen({ port: 0, host: "127.0.0.1" });
tell(app.server);
