/**
 * Connects to agents: from pages, from Deno, Bun, Node and Workers.
 *
 * @example
 * ```ts
 * import { AgentClient } from "@roam/agents/client";
 *
 * const client = new AgentClient({
 *   agent: "ChatAgent",
 *   name: "lobby",
 *   host: "localhost:8000",
 * });
 * client.addEventListener("message", ({ data }) => console.log(data));
 * client.send("hello");
 * ```
 *
 * @module
 */
export type {
  AddressOptions,
  Place,
  QueryObject,
} from "./src/client/address.ts";
export {
  agentFetch,
  type AgentFetchOptions,
  type AgentFetchOptions as AgentClientFetchOptions,
} from "./src/client/agent_fetch.ts";
export type { BackoffOptions } from "./src/client/backoff.ts";
export {
  type CallOptions,
  DEFAULT_CALL_TIMEOUT_MS,
  type StreamOptions,
} from "./src/client/calls.ts";
export { AgentClient } from "./src/client/client.ts";
export type { EndOptions } from "./src/client/end.ts";
export {
  AgentClientError,
  AgentConnectionError,
  type AgentErrorCode,
} from "./src/client/errors.ts";
export type { AgentClientOptions } from "./src/client/options.ts";
export type { ClientData } from "./src/client/letter.ts";
export type { Provided } from "./src/client/provided.ts";
export {
  AgentSocket,
  type ClientErrorEvent,
  type ClientEventMap,
  type ClientStatus,
} from "./src/client/socket.ts";
export { createStubProxy } from "./src/client/stub.ts";
export type {
  AgentStub,
  AnyAgent,
  CallRest,
  MethodsOf,
  StateOf,
} from "./src/client/types.ts";
export type {
  WebSocketClass,
  WebSocketLike,
  WireOptions,
} from "./src/client/wire_options.ts";
export type {
  AgentMember,
  AnyMethod,
  ArgsOf,
  CallableMethods,
  CallableNames,
  ChunkOf,
  ResultOf,
  StreamOf,
  StreamParameter,
} from "./src/protocol/types.ts";
