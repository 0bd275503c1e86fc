// The servers that clients are tested against, one on each runtime that it is started with, in a process of its own. Clients of any
// runtime, also in pages, ask it by HTTP for what happens to them:
//
//   GET /deno/kill?args=[]
import { once } from "node:events";
import { createServer } from "node:http";
import type { Runtime } from "../../targets/targets.ts";
import { Actor } from "./actor.ts";

const runtimes = process.argv.slice(2) as Runtime[];
const actors = await Promise.all(runtimes.map(Actor.enter));

const door = createServer(async (request, response) => {
  const url = new URL(request.url!, "http://stage");
  const [, runtime, order] = url.pathname.split("/");
  const actor = actors.find((actor) => actor.runtime === runtime)!;
  response.setHeader("access-control-allow-origin", "*");
  try {
    const args = JSON.parse(url.searchParams.get("args")!);
    response.end(JSON.stringify(await actor.obey(order, args) ?? null));
  } catch (error) {
    response.statusCode = 500;
    response.end(`${error}`);
  }
});
door.listen(0, "127.0.0.1", () => {
  const { port } = door.address() as { port: number };
  console.log(`stage at http://127.0.0.1:${port}`);
});

// Whoever started it closes its input, at the latest by ending.
process.stdin.resume();
await once(process.stdin, "end");
await Promise.all(actors.map((actor) => actor.leave()));
process.exit();
