import type { Cluster } from "../src/ports/cluster.ts";
import { NODE_WIRE } from "../src/protocol/node_frames.ts";
import { Mesh } from "./mesh.ts";
import type { PostgresDatabaseOptions } from "./database_options.ts";
import type { PipeTls } from "./net_types.ts";
import { postgresMember } from "./postgres_member.ts";

/** Options of {@linkcode postgres}. */
export interface PostgresOptions extends PostgresDatabaseOptions {
  /** Where the other processes dial this one. Default a free port of the interface that leads to the database. Without `tls` the address has to be a private one. */
  readonly listen?: {
    readonly host?: string | undefined;
    readonly port?: number | undefined;
  } | undefined;
  /** What they dial, as `host:port`, or a host alone. Default where it listens. */
  readonly advertise?: string | undefined;
  /** Keys for connections between the processes, each of which proves with its own who it is. Default none: only in a private network. */
  readonly tls?: PipeTls | undefined;
}

/**
 * Has several processes serve the same agents: PostgreSQL keeps what they store,
 * and which of them has which instance. All of them are started with the same
 * classes and the same `url`, `postgres://user:password@host/database`, behind
 * any load balancer. Without a `url` it is `undefined`, and a process is alone
 * as before.
 *
 * Throws for options that can't be. A database that can't be reached is waited
 * for: `health()` and the log say why.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/deno";
 * import { postgres } from "@roam/agents/postgres";
 *
 * class ChatAgent extends Agent {}
 *
 * export default serveAgents({ ChatAgent }, {
 *   cluster: postgres(Deno.env.get("DATABASE_URL")),
 *   signals: true,
 * });
 * ```
 */
export function postgres(
  url: string | undefined,
  options: PostgresOptions = {},
): Cluster | undefined {
  if (url === undefined) return undefined;
  const { listen = {}, advertise, tls } = options;
  assertPort(listen.port ?? 0);
  if (advertise !== undefined) assertAdvertised(advertise);
  const { ownership, storage } = postgresMember(url, options, NODE_WIRE);
  return new Mesh({
    ownership,
    storage,
    listen: {
      // Where there is no network to the database, there is one machine.
      host: listen.host ??
        (async () => (await ownership.open()).local ?? "127.0.0.1"),
      port: listen.port ?? 0,
    },
    advertise,
    tls,
  });
}

function assertPort(port: unknown): void {
  if (Number.isInteger(port) && Number(port) >= 0 && Number(port) < 65536) {
    return;
  }
  throw new RangeError(
    `Cannot listen for other processes: listen.port must be 0 to 65535: received ${port}`,
  );
}

function assertAdvertised(advertise: unknown): void {
  const isAddress = typeof advertise === "string" &&
    /^(?:\[[\da-f:.]+\]|[^\s/:[\]@]+)(?::\d+)?$/i.test(advertise);
  if (isAddress) return;
  throw new TypeError(
    `Cannot listen for other processes: advertise must be a host, or host:port: received ${
      JSON.stringify(advertise)
    }`,
  );
}
