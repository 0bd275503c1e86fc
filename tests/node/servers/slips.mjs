// What JavaScript lets pass: options that are a port, an app in place of a
// server, Node's own request, and a fallback that answers with no Response.
import { IncomingMessage } from "node:http";
import express from "express";
import fastify from "fastify";
import { serveAgents } from "../../../adapters/node.ts";
import { Counter } from "./agents.mjs";

const ANSWERS = { nothing: undefined, null: null, object: {}, text: "hello" };

const agents = serveAgents({ Counter }, {
  storage: "memory",
  fallback(request) {
    const [, name, late] = new URL(request.url).pathname.split("/");
    return late ? Promise.resolve(ANSWERS[name]) : ANSWERS[name];
  },
});
for (const options of [3000, "3000"]) {
  await agents.listen(options).catch(({ message }) => console.log(message));
}
const incoming = new IncomingMessage();
incoming.url = "/agents/counter/x";
for (
  const slip of [
    () => agents.handle(express()),
    () => agents.handle(fastify()),
    () => agents.handle(null),
    () => agents.route(incoming),
    () => agents.fetch(incoming),
  ]
) {
  try {
    slip();
  } catch ({ message }) {
    console.log(message);
  }
}
const { port } = await agents.listen({ port: 0, hostnam: "x" });
console.log(`Listening on http://127.0.0.1:${port}`);
