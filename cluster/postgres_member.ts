import { systemClock } from "../src/runtime/system_clock.ts";
import { ClusterStorage } from "./cluster_storage.ts";
import type { PostgresDatabaseOptions } from "./database_options.ts";
import { Membership } from "./membership.ts";
import { postgresClient } from "./postgres.ts";
import { PostgresEngine } from "./postgres_engine.ts";
import { assertSchema } from "./postgres_schema.ts";

/** The membership of this process, and the storage that it fences. */
export interface PostgresMember {
  readonly ownership: Membership;
  readonly storage: ClusterStorage;
}

/** Milliseconds that a connection is kept which is not used. */
const IDLE_MS = 60_000;

/** A member of the cluster that the database of `url` keeps. Nothing is connected yet. Throws for what can't be. */
export function postgresMember(
  url: string,
  { lease = 10_000, schema = "roam", prepare = true }: PostgresDatabaseOptions,
  wire: number,
): PostgresMember {
  assertUrl(url);
  assertSchema(schema);
  if (!(lease >= 1000 && lease <= 600_000)) {
    throw new RangeError(
      `Cannot use PostgreSQL: lease must be 1,000 to 600,000 milliseconds: received ${lease}`,
    );
  }
  const access = { url, prepare, idleMs: IDLE_MS };
  const engine = new PostgresEngine({
    connect: (max) => postgresClient(access, max),
    schema,
    after: systemClock.after,
  });
  const ownership = new Membership({
    engine,
    clock: systemClock,
    leaseMs: lease,
    wire,
    uuid: () => crypto.randomUUID(),
  });
  return { ownership, storage: new ClusterStorage(ownership) };
}

/** Says nothing of what stands in it: there is a password. */
function assertUrl(url: unknown): asserts url is string {
  const isUrl = typeof url === "string" && /^postgres(?:ql)?:\/\//.test(url);
  if (!isUrl) {
    throw new TypeError(
      `Cannot use PostgreSQL: the URL must begin with postgres://: received ${
        typeof url === "string" ? "another text" : typeof url
      }`,
    );
  }
  const [, host = ""] = /^\w+:\/\/(?:[^@/]*@)?([^/?]*)/.exec(url) ?? [];
  if (!host.includes(",")) return;
  throw new TypeError(
    "Cannot use PostgreSQL: the URL must have one host: put a name or a pooler that leads to the primary in the place of a list",
  );
}
