// A server of node:http without a listener of its own.
import { createServer } from "node:http";
import { serveAgents } from "../../../adapters/node.ts";
import { Counter, storage, tell } from "./agents.mjs";

const server = serveAgents({ Counter }, { storage }).handle(createServer());
server.listen(0, "127.0.0.1", () => tell(server));
