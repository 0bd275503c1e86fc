// A server of node:http2, which has no other listener.
import { createServer } from "node:http2";
import { serveAgents } from "../../../adapters/node.ts";
import { Counter, storage, tell } from "./agents.mjs";

const server = createServer();
serveAgents({ Counter }, { storage }).handle(server);
server.listen(0, "127.0.0.1", () => tell(server));
