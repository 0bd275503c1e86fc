import { Agent } from "@roam/agents";

/** What a room answers: how far it has counted, and where it is. */
export interface Tick {
  readonly count: number;
  /** The name of the process that has it now. */
  readonly node: string;
}

/** Counts each tick, on disk before it is answered. */
export class Room extends Agent<{ node: string }, { count: number }> {
  static callable = ["tick"];
  override initialState = { count: 0 };

  tick(): Tick {
    const count = this.state.count + 1;
    this.setState({ count });
    return { count, node: this.env.node };
  }
}
