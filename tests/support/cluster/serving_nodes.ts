// Nodes of a cluster in this process, which serve agents without a listener.
import { postgresClient } from "../../../cluster/postgres.ts";
import {
  type AgentClasses,
  createHost,
  type Host,
  type Limits,
} from "../../../mod.ts";
import { postgres } from "../../../postgres.ts";
import { isPooled } from "./pooled.ts";

/** How a {@linkcode ServingNode} is made. */
export interface ServingSettings {
  readonly schema?: string;
  readonly lease?: number;
  readonly limits?: Partial<Limits>;
}

/** A node that serves `classes`. */
export class ServingNode {
  readonly agents: Host<void>;

  constructor(
    url: string,
    classes: AgentClasses,
    { schema = "roam", lease = 6000, limits = {} }: ServingSettings = {},
  ) {
    const listen = { host: "127.0.0.1" };
    const prepare = !isPooled;
    const cluster = postgres(url, { schema, lease, listen, prepare });
    this.agents = createHost(classes, { cluster, limits }, {
      upgrade() {
        throw new Error("nobody listens");
      },
    });
  }

  /** Resolves when it has so many shards. */
  async owns(count: number): Promise<this> {
    for (;;) {
      const health = this.agents.health() as {
        state: string;
        shards: { owned: number };
      };
      if (health.state === "live" && health.shards.owned === count) return this;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  close(): Promise<void> {
    return this.agents.close();
  }
}

/** Runs one statement in the database of `url`. */
export async function query(
  url: string,
  text: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = postgresClient({ url, prepare: false, idleMs: 60_000 }, 1);
  try {
    return await client.query(text, []);
  } finally {
    await client.end();
  }
}
