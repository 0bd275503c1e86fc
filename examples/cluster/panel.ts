import { Agent, CallError } from "@roam/agents";
import type { NodeProcess, NodeView } from "./node_process.ts";

/** What the buttons do. */
const ACTIONS = ["start", "kill", "pause", "resume", "drain"] as const;
type Action = typeof ACTIONS[number];

/** What everybody sees of the cluster. */
export interface Overview {
  readonly nodes: readonly NodeView[];
  /** Where the balancer listens. */
  readonly balancer: number;
  /** What has happened, the newest first. */
  readonly log: readonly { readonly at: number; readonly what: string }[];
}

/** What the panel is about. */
export interface Supervisor {
  readonly nodes: readonly NodeProcess[];
  readonly overview: Overview;
}

/** Shows the processes of the cluster, and does what the buttons say. It is no part of the cluster itself. */
export class Panel extends Agent<Supervisor, Overview> {
  static callable = ["act"];

  override onStart(): void {
    this.refresh();
  }

  override validateStateChange(_: Overview, source: unknown): void {
    if (source !== "server") throw new CallError("READONLY", "Only to look at");
  }

  /** Called by `main.ts` when something has changed. */
  refresh(): void {
    this.setState(this.env.overview);
  }

  act(name: string, action: Action): void {
    const node = this.env.nodes.find((node) => node.name === name);
    if (node === undefined || !ACTIONS.includes(action)) {
      throw new CallError(
        "INVALID",
        "There is no such node, or no such action",
      );
    }
    node[action]();
    this.refresh();
  }
}
