import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import { durable, serveAgents } from "../../adapters/auto.ts";
import { type Board, boardOf, changed } from "./board.ts";

let commits = 0;

/** Fills its state, and changes a field of it: `fill 100000`, `change 1`. */
class Live extends Agent<unknown, Board> {
  override onMessage(_connection: Connection, message: WSMessage): void {
    const [command, amount] = String(message).split(" ");
    if (command === "fill") this.setState(boardOf(Number(amount)));
    else this.setState(changed(this.state!, Number(amount)));
  }

  /** How often something was written to the store. */
  override onRequest(): Response {
    return new Response(`${commits}`);
  }
}

export const LiveAgent = durable(Live);

export default serveAgents({ LiveAgent }, {
  storage: "memory",
  onEvent: ({ type }) => {
    if (type === "commit") commits++;
  },
});
