import type { Snapshot } from "../src/ports/storage.ts";
import type { ObjectStorage } from "./object_storage.ts";

/** Revisions that begin with such a state have an epoch of their own: the first change stores it. */
const EPOCH = "cf_agents_state";

/**
 * The state that an agent on Cloudflare's SDK left behind in the Durable
 * Object that is now one of ours.
 */
export function stateOfCloudflare(
  { sql }: ObjectStorage,
): Snapshot | undefined {
  const tables = sql.exec(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'cf_agents_state'",
  );
  if (tables.toArray().length === 0) return undefined;
  const [row] = sql.exec(
    "SELECT state FROM cf_agents_state WHERE id = 'cf_state_row_id'",
  ).toArray();
  const state = row?.state;
  if (typeof state !== "string") return undefined;
  return { state, epoch: EPOCH, rev: 1 };
}
