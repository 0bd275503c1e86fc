import { readFileSync } from "node:fs";
import { Agent } from "@roam/agents";
import { browserClient } from "@roam/agents/browser";
import { serveAgents } from "@roam/agents/deno";

export class Counter extends Agent<unknown, { count: number }> {
  static callable = ["increment"];
  override initialState = { count: 0 };

  increment(): void {
    this.setState({ count: this.state.count + 1 });
  }
}

const page = readFileSync(new URL("page.html", import.meta.url), "utf8");

export default serveAgents({ Counter }, {
  // Serves /agents/client.js, which page.html imports.
  client: browserClient,
  fallback(request) {
    if (new URL(request.url).pathname !== "/") {
      return new Response("Not found", { status: 404 });
    }
    const headers = { "content-type": "text/html; charset=utf-8" };
    return new Response(page, { headers });
  },
});
