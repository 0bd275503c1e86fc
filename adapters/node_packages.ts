import { builtin } from "../platform/builtin.ts";
import type { NodePackages } from "./node_types.ts";

/** The oldest Node that has all of it: `node:sqlite`, and modules that load each other in any form. */
const OLDEST = [22, 13];

/** Throws where agents can't be served. */
export function assertNode(): void {
  const { process } = globalThis as unknown as {
    process?: { versions?: { node?: string } };
  };
  const version = process?.versions?.node ?? "";
  const [major, minor] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new Error(
    `Cannot serve agents: Node ${
      OLDEST.join(".")
    } or newer is needed: received ${
      version || "no Node"
    }; older ones, from 20, run the client only`,
  );
}

/** Loads the packages where an `import` would bring them to other runtimes too. Throws when one is missing. */
export function loadPackages(): NodePackages {
  // Before it says that something is missing.
  assertNode();
  const { createRequire } = builtin<{
    // deno-lint-ignore no-explicit-any -- a package
    createRequire(from: string): (name: string) => any;
  }>("node:module");
  const require = createRequire(import.meta.url);
  const load = (name: string) => {
    try {
      return require(name);
    } catch (error) {
      if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
      throw new Error(
        'Cannot serve agents: on Node it needs the packages "ws" and "srvx": npm install ws srvx',
        { cause: error },
      );
    }
  };
  const { NodeRequest, sendNodeResponse } = load("srvx/node");
  const { WebSocket, WebSocketServer } = load("ws");
  return { NodeRequest, sendNodeResponse, WebSocket, WebSocketServer };
}
