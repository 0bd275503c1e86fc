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
} from "./src/client/agent_fetch.ts";
import type { AgentFetchOptions } from "./src/client/agent_fetch.ts";
import type { GiveUpOptions } from "./src/client/close_info.ts";
import type { ReconnectOptions } from "./src/client/socket_options.ts";
import type { ValueOrGetter } from "./src/client/value_or_getter.ts";
export type { BackoffOptions } from "./src/client/backoff.ts";
export {
  type CallOptions,
  DEFAULT_CALL_TIMEOUT_MS,
  type StreamOptions,
} from "./src/client/calls.ts";
export { AgentClient } from "./src/client/client.ts";
export type { GiveUpOptions } from "./src/client/close_info.ts";
export {
  AgentClientError,
  AgentConnectionError,
  type AgentErrorCode,
} from "./src/client/errors.ts";
export type { AgentClientOptions } from "./src/client/options.ts";
export type { ClientData } from "./src/client/outgoing_message.ts";
export type { ValueOrGetter } from "./src/client/value_or_getter.ts";
export {
  AgentSocket,
  type ClientErrorEvent,
  type ClientEventMap,
  type ClientGapEvent,
  type ClientStatus,
} from "./src/client/socket.ts";
export { Presence, presenceOf } from "./src/client/presence.ts";
export { createStubProxy } from "./src/client/stub.ts";
export type {
  AgentOf,
  AgentStub,
  AnyAgent,
  CallRest,
  EventsOf,
  KeptState,
  MethodsOf,
  PresenceOf,
  ShownState,
  StateOf,
  Undefineds,
} from "./src/client/types.ts";
export type {
  ReconnectOptions,
  WebSocketClass,
  WebSocketLike,
} from "./src/client/socket_options.ts";
export { StateError } from "./src/protocol/state_error.ts";
export type {
  AnyMethod,
  AsArgument,
  Jsonified,
  NotJson,
  RealError,
  Uncarried,
} from "./src/protocol/json_types.ts";
export type {
  AgentMember,
  ArgsOf,
  AsArguments,
  CallableMethods,
  CallableNames,
  ChunkOf,
  FinalOf,
  PieceOf,
  ResultOf,
  StreamOf,
  StreamParameter,
} from "./src/protocol/types.ts";

/** {@linkcode AgentFetchOptions}, by the name that Cloudflare's SDK has for it. */
export type AgentClientFetchOptions = AgentFetchOptions;

/** {@linkcode GiveUpOptions}, by an earlier name. */
export type EndOptions = GiveUpOptions;

/** {@linkcode ValueOrGetter}, by an earlier name. */
export type Provided<T> = ValueOrGetter<T>;

/** {@linkcode ReconnectOptions}, by an earlier name. */
export type WireOptions = ReconnectOptions;
