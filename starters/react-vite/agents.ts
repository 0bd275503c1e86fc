import { Agent } from "@roam/agents";
import { serveAgents } from "@roam/agents/node";

export class Counter extends Agent<unknown, { count: number }> {
  static callable = ["increment"];
  override initialState = { count: 0 };

  increment(): void {
    this.setState({ count: this.state.count + 1 });
  }
}

export default serveAgents({ Counter });
