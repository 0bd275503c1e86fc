import { builtin } from "../platform/builtin.ts";
import type { Client, Row } from "./lane.ts";

/** How to reach PostgreSQL. */
export interface PostgresAccess {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Whether statements are prepared once for each connection. `false` behind a pooler in transaction mode. */
  readonly prepare: boolean;
  /** Milliseconds that a connection is kept which is not used. */
  readonly idleMs: number;
}

/** The part of `postgres` that is used. */
interface Sql {
  unsafe(
    text: string,
    values: readonly string[],
    options: { prepare: boolean },
  ): PromiseLike<readonly Row[]>;
  end(options?: { timeout: number }): Promise<void>;
}

interface Socket {
  host?: string;
  readonly localAddress?: string;
  once(event: string, listener: (error?: unknown) => void): void;
  off(event: string, listener: (error?: unknown) => void): void;
  setNoDelay(isOn: boolean): void;
  destroy(): void;
}

interface Net {
  connect(options: object): Socket;
}

/** Where the package is asked to connect. */
interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false;
}

/** Connections of the package `postgres`, at most `max` of them. It is loaded when there is something to say. */
export function postgresClient(
  { url, prepare, idleMs }: PostgresAccess,
  max: number,
): Client {
  const sockets = new Set<Socket>();
  let isDestroyed = false;
  let local: string | undefined;
  let loaded: Promise<Sql> | undefined;
  const load = async (): Promise<Sql> => {
    const { default: postgres } = await import("postgres").catch((cause) => {
      throw new Error("cannot load the package: npm install postgres", {
        cause,
      });
    });
    return postgres(url, {
      max,
      prepare,
      // All values are texts, and the server knows what it wants.
      fetch_types: false,
      idle_timeout: idleMs / 1000,
      backoff: () => 0,
      onnotice: () => {},
      connection: { application_name: "roam" },
      // Its own can't be cut when the other end is silent.
      socket: async (target: Target) => {
        const socket = await connect(target, sockets, () => isDestroyed);
        local = socket.localAddress;
        return socket;
      },
    } as object) as unknown as Sql;
  };
  return {
    get local() {
      return local;
    },
    async query(text, values) {
      const sql = await (loaded ??= load());
      return [...await sql.unsafe(text, values, { prepare })];
    },
    destroy() {
      isDestroyed = true;
      for (const socket of sockets) socket.destroy();
      loaded?.then((sql) => sql.end({ timeout: 0 })).catch(() => {});
    },
    async end() {
      const sql = await loaded?.catch(() => undefined);
      await sql?.end({ timeout: 1 });
      for (const socket of sockets) socket.destroy();
    },
  };
}

function connect(
  { host, port, path }: Target,
  sockets: Set<Socket>,
  isDestroyed: () => boolean,
): Promise<Socket> {
  const { connect } = builtin<Net>("node:net");
  const socket = connect(path ? { path } : { host: host[0], port: port[0] });
  // Whose certificate it has to be.
  socket.host = host[0];
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.setNoDelay(true);
      if (isDestroyed()) socket.destroy();
      resolve(socket);
    });
  });
}
