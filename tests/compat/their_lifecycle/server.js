// A plain Durable Object with the capabilities of Cloudflare's SDK, no Agent.
import { DurableObject, RpcTarget } from "cloudflare:workers";
import { routeAgentRequest } from "agents";
import { Lifecycle } from "agents/lifecycle";
import { State } from "agents/state";
import { WebSockets } from "agents/websockets";

class Callables extends RpcTarget {
  #room;

  constructor(room) {
    super();
    this.#room = room;
  }

  add(n) {
    const { count } = this.#room.state.get();
    this.#room.state.set({ count: count + n });
    return count + n;
  }
}

export class PlainRoom extends DurableObject {
  state = new State({
    initialState: { count: 0 },
    onChanged: (_, source) => this.webSockets.broadcastState(source),
  });
  webSockets = new WebSockets({
    state: this.state,
    callables: new Callables(this),
    handlers: {
      onMessage: (connection, message) => connection.send(`echo ${message}`),
    },
  });
  lifecycle = Lifecycle.install(this).use(this.state).use(this.webSockets);
}

export default {
  async fetch(request, env) {
    return await routeAgentRequest(request, env) ??
      new Response("Not found", { status: 404 });
  },
};
