import {
  Agent,
  CallError,
  type Connection,
  type ConnectionContext,
} from "@roam/agents";
import { EMPTY_PLAN, type Plan, problemOf } from "./plan.ts";
import { type Person, type Shown, shownOf } from "./presence.ts";

/**
 * A form that several people fill in at once: every board is one instance,
 * named by its URL, `/agents/board-agent/{board}?view=readonly`.
 *
 * The plan is the board's state. Who is in which field is presence, which ends
 * with the connection, and is never stored.
 */
export class Board extends Agent<unknown, Plan> {
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

  /** What a page shows of who is at it, and what the board itself knows. */
  override onPresence(connection: Connection, value: Shown): Person {
    const shown = shownOf(value);
    if (shown === undefined) throw new CallError("NO_NAME", "Say who you are");
    return { ...shown, readonly: this.isConnectionReadonly(connection) };
  }
}
