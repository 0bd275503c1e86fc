import { UserError } from "./user_error.ts";

/** What a file may export by default: what `serveAgents` returns, or an app around it. */
interface Entry {
  // deno-lint-ignore no-explicit-any -- differs by runtime
  fetch(request: Request, ...native: any[]): unknown;
  // deno-lint-ignore no-explicit-any -- differs by runtime
  websocket?: any;
  // deno-lint-ignore no-explicit-any -- of Node alone
  listen?: any;
  close?(): Promise<void>;
}

/** A server that listens. */
interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

// Of one runtime each.
declare const Deno: {
  serve(options: object, handler: unknown): { shutdown(): Promise<void> };
};
declare const Bun: {
  serve(options: object): { stop(now: boolean): unknown };
};

/** Serves `entry`, which `file` exports, by the runtime's own server. Throws when it is no entry. */
export async function listen(
  file: string,
  entry: Entry | undefined,
  hostname: string,
  port: number,
): Promise<Listening> {
  if (typeof entry?.fetch !== "function") {
    throw new UserError(
      `Cannot serve ${file}: it must export by default what serveAgents() returns, or an app with fetch: received ${typeof entry}`,
    );
  }
  const { websocket } = entry;
  const fetch = entry.fetch.bind(entry);
  const url = `http://${named(hostname)}:${port}/`;
  const agents = async () => await entry.close?.();
  if ("Deno" in globalThis) {
    const handler = (request: Request, info: unknown) => fetch(request, info);
    const server = Deno.serve({ hostname, port, onListen() {} }, handler);
    return { url, close: () => agents().finally(() => server.shutdown()) };
  }
  if ("Bun" in globalThis) {
    const server = Bun.serve({ hostname, port, fetch, websocket });
    return { url, close: () => agents().finally(() => server.stop(true)) };
  }
  const door = entry.listen === undefined ? websocket : entry;
  if (typeof door?.listen !== "function") {
    throw new UserError(
      `Cannot serve ${file}: on Node an app needs the agents' own websocket beside fetch, as in: export default { fetch: app.fetch, websocket: agents.websocket }`,
    );
  }
  const server = await door.listen({ hostname, port, fetch });
  return { url, close: () => server.close() };
}

function named(hostname: string): string {
  if (/^(127\.0\.0\.1|0\.0\.0\.0|::1?)$/.test(hostname)) return "localhost";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
