import { Agent, CallError, type Connection } from "@roam/agents";
import { cleanName } from "../shared/name.ts";
import { type Drawing, isPlace, problemOf, type Visitor } from "./drawing.ts";

/**
 * A canvas that several people draw on: every one is an instance, named by its
 * URL. The shapes are its state, which is stored; where the cursors are is
 * presence, which is not.
 */
export class Canvas extends Agent<unknown, Drawing> {
  override initialState: Drawing = { shapes: {} };

  override validateStateChange(next: Drawing): void {
    const problem = problemOf(next);
    if (problem !== undefined) throw new CallError("INVALID", problem);
  }

  /** What the others get to see. */
  override onPresence(_connection: Connection, value: Visitor): Visitor {
    const { name, at } = Object(value);
    return { name: cleanName(name) ?? "Somebody", at: isPlace(at) ? at : null };
  }
}
