import { Agent } from "@roam/agents";
import { browserClient } from "@roam/agents/browser";
import { durable, serveAgents } from "@roam/agents/workers";

class CounterAgent extends Agent<unknown, { count: number }> {
  static callable = ["increment"];
  override initialState = { count: 0 };

  increment(): void {
    this.setState({ count: this.state.count + 1 });
  }
}

/** The Durable Object class, which wrangler.jsonc binds to the name Counter. */
export const Counter = durable(CounterAgent);

// What is in public/ is served before this; it imports /agents/client.js.
export default serveAgents({ Counter }, { client: browserClient });
