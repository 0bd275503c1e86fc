import type { CallEvent } from "../src/runtime/events.ts";

/** The name of calls of clients among the systems of remote procedure calls. */
export const RPC_SYSTEM = "roam";

/** `code` as a label: a client may send any code of its own. */
export function closeCode(code: number = 1005): string {
  if (code < 3000) return `${code}`;
  return code < 4000 ? "3xxx" : "4xxx";
}

const METHODS = new Set(
  "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE".split(" "),
);

/** The method of a request as a label: a client may make one up. */
export function requestMethod(method: string): string {
  return METHODS.has(method) ? method : "_OTHER";
}

/** What a call is for, as a label. */
export function calledMethod({ agent, method = "_OTHER" }: CallEvent): string {
  return `${agent}/${method}`;
}
