// The key and the certificate are files that the test has made.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { serveAgents } from "../../../adapters/node.ts";
import { Counter, storage, tell } from "./agents.mjs";

const [key, cert] = process.argv.slice(2).map((file) => readFileSync(file));
const server = createServer({ key, cert }, (request, response) => {
  response.end(`own ${request.url}`);
});
serveAgents({ Counter }, { storage }).handle(server);
server.listen(0, "127.0.0.1", () => tell(server));
