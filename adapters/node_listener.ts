import { builtin } from "../platform/builtin.ts";
import { warnOfNearMisses } from "../src/runtime/near_miss.ts";
import type { NodeBindings, NodeServer } from "./node_types.ts";

/** Options of `handle()`. */
export interface HandleOptions {
  /** Answers every request in place of the entry's own `fetch`: an app that has the agents in it, as with `agentsMiddleware`. */
  fetch?:
    | ((
      request: Request,
      bindings: NodeBindings,
      // deno-lint-ignore no-explicit-any -- an app's own
    ) => any)
    | undefined;
}

/** Options of `listen()`. */
export interface ListenOptions extends HandleOptions {
  /** Default what `PORT` of the environment says, or 3000; 0 for a free one. */
  port?: number | undefined;
  /** Default all addresses of the machine. */
  hostname?: string | undefined;
}

/** A server that listens. */
export interface NodeListener {
  /** The port. */
  readonly port: number;
  /** The address. */
  readonly hostname: string;
  /** Where it can be asked from this machine. */
  readonly url: string;
  /** Node's own server. */
  readonly server: NodeServer;
  /** Closes the agents, as their `close()` does, and then the server; resolves when the last request is answered. */
  close(): Promise<void>;
}

/** The part of `node:http` that this file uses. */
interface Http {
  createServer(): HttpServer;
}

interface HttpServer extends NodeServer {
  listen(options: { port: number; host?: string }): void;
  address(): { port: number; address: string; family: string };
  close(done: () => void): void;
  closeIdleConnections(): void;
}

/** Starts a server that `prepare` has had, and resolves when it listens. */
export async function listenOn(
  prepare: (server: NodeServer) => void,
  options: ListenOptions,
  closeAgents: () => Promise<void>,
): Promise<NodeListener> {
  // As `server.listen(3000)` of Node: it would be another port.
  if (typeof options !== "object") {
    throw new TypeError(
      `Cannot listen: options must be an object, as in listen({ port: 3000 }): received ${typeof options}`,
    );
  }
  const names = ["port", "hostname", "fetch"] satisfies (keyof ListenOptions)[];
  warnOfNearMisses("listen() has an option", Object.keys(options), names);
  const { port = defaultPort(), hostname } = options;
  const server = builtin<Http>("node:http").createServer();
  prepare(server);
  await new Promise<void>((resolve, reject) => {
    let isListening = false;
    server.on("listening", () => {
      isListening = true;
      resolve();
    });
    server.on("error", (error: Error & { code?: string }) => {
      // Such as too many open files, which passes. Without a listener it would end the process.
      if (isListening) return console.error("The server failed:", error);
      const why = error.code === "EADDRINUSE" ? "it is in use" : error.message;
      const message = `Cannot listen on port ${port}: ${why}`;
      reject(new Error(message, { cause: error }));
    });
    server.listen({ port, host: hostname });
  });
  const { address, family, port: taken } = server.address();
  return {
    port: taken,
    hostname: address,
    url: `http://${hostOf(address, family)}:${taken}/`,
    server,
    async close() {
      await closeAgents();
      await new Promise<void>((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
    },
  };
}

function hostOf(address: string, family: string): string {
  if (address === "::" || address === "0.0.0.0") return "localhost";
  return family === "IPv6" ? `[${address}]` : address;
}

function defaultPort(): number {
  const { process } = globalThis as unknown as {
    process: { env: Record<string, string | undefined> };
  };
  const { PORT } = process.env;
  if (!PORT) return 3000;
  const port = Number(PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new RangeError(
    `Cannot listen: PORT must be 0 to 65535: received "${PORT}"`,
  );
}
