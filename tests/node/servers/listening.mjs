// What listen() does, and how it ends: the process does so by itself.
import { serveAgents } from "../../../adapters/auto.ts";
import { Counter, storage } from "./agents.mjs";

const agents = serveAgents({ Counter }, {
  storage,
  async onBeforeConnect(request) {
    const wait = new URL(request.url).searchParams.get("wait");
    if (wait === null) return;
    console.log("waiting");
    await new Promise((resolve) => setTimeout(resolve, Number(wait)));
    console.log("waited");
  },
  fallback(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/throw") throw new Error("thrown by the fallback");
    if (pathname === "/broken") {
      return new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(new TextEncoder().encode("begun"));
            controller.error(new Error("broken off"));
          },
        }),
      );
    }
    return new Response("own", { status: 404 });
  },
  onEvent: ({ type, code }) => console.log(`@@${type} ${code ?? ""}`),
});
const listener = await agents.listen({ hostname: "127.0.0.1" });
console.log(`Listening on ${listener.url}`);
process.once("SIGTERM", async () => {
  await listener.close();
  process.once("exit", (code) => {
    console.log(`closed, and ended with ${code}`);
  });
});
