/**
 * A form that several people fill in at once: every board is one instance of
 * `Board`, named by its URL, `/agents/board-agent/{board}?view=readonly`. One
 * file for all runtimes:
 *
 *     npm start -- board deno
 *     npm start -- board bun
 *     npm start -- board workerd
 *
 * The plan is the board's state. Who is in which field is not: that ends with
 * the connection, and so the connections know it.
 */
import {
  Agent,
  type Connection,
  type ConnectionContext,
  type WSMessage,
} from "@roam/agents";
import { durable, serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import { EMPTY_PLAN, type Plan, problemOf } from "./plan.ts";
import { type Presence, readPresence, type ServerFrame } from "./presence.ts";

class Board extends Agent<unknown, Plan> {
  override initialState = EMPTY_PLAN;

  /** A real board would look who asks, by a cookie perhaps. */
  override shouldConnectionBeReadonly(
    _connection: Connection,
    { request }: ConnectionContext,
  ): boolean {
    return new URL(request.url).searchParams.get("view") === "readonly";
  }

  override validateStateChange(next: Plan): void {
    const problem = problemOf(next);
    if (problem !== undefined) throw new RangeError(problem);
  }

  override onConnect(connection: Connection): void {
    const you: ServerFrame = { type: "you", id: connection.id };
    connection.send(JSON.stringify(you));
  }

  /** Each message says who somebody is, and where. */
  override onMessage(
    connection: Connection<Presence>,
    message: WSMessage,
  ): void {
    const presence = readPresence(message);
    if (presence === undefined) return;
    connection.setState(presence);
    this.#tellWhoIsHere();
  }

  override onClose(): void {
    this.#tellWhoIsHere();
  }

  #tellWhoIsHere(): void {
    const people = [...this.getConnections<Presence>()].flatMap((connection) =>
      connection.state === null ? [] : [{
        ...connection.state,
        id: connection.id,
        readonly: this.isConnectionReadonly(connection),
      }]
    );
    const frame: ServerFrame = { type: "people", people };
    this.broadcast(JSON.stringify(frame));
  }
}

export const BoardAgent = durable(Board);
export default serveAgents({ BoardAgent }, {
  fallback: servePage({
    title: "Roam board",
    body: `    <div id="root"></div>`,
    style,
    script,
  }),
});
