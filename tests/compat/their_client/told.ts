import type { AgentClient, ClientOptions } from "./packages.js";
import type { Visit } from "./visit.ts";

/** What a client was told of the state. */
export interface Told {
  readonly client: AgentClient;
  readonly updates: [state: unknown, source: string][];
  readonly errors: string[];
}

/** A client in the visit's room that keeps what it is told. */
export async function joinTold(
  visit: Visit,
  options: Partial<ClientOptions> = {},
): Promise<Told> {
  const updates: Told["updates"] = [];
  const errors: string[] = [];
  const client = await visit.join("RoomAgent", {
    onStateUpdate: (state, source) => updates.push([state, source]),
    onStateUpdateError: (error) => errors.push(error),
    ...options,
  });
  return { client, updates, errors };
}
