import { createServer } from "node:http";
import { serveAgents } from "../../../adapters/node.ts";
import express from "express";
import { Counter, storage, tell } from "./agents.mjs";

const app = express();
app.use(express.json());
app.post("/own", (request, response) => response.json(request.body));
app.get("/own", (_request, response) => response.send("own /own"));

const server = serveAgents({ Counter }, { storage }).handle(createServer(app));
server.listen(0, "127.0.0.1", () => tell(server));
