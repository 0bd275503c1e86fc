// The counterpart of bench/servers/live.ts for Cloudflare's SDK, whose packages tests/compat has.
import {
  Agent,
  routeAgentRequest,
} from "../../tests/compat/node_modules/agents/dist/index.js";
import { boardOf, changed } from "../servers/board.ts";

export class LiveAgent extends Agent {
  onMessage(_connection, message) {
    const [command, amount] = message.split(" ");
    if (command === "fill") this.setState(boardOf(Number(amount)));
    else this.setState(changed(this.state, Number(amount)));
  }
}

export default {
  async fetch(request, env) {
    return await routeAgentRequest(request, env) ??
      new Response("Not found", { status: 404 });
  },
};
