/**
 * Stateful WebSocket agents: one class, on Deno, Bun and Cloudflare Workers.
 *
 * This entry has the class to extend and the dispatcher under the adapters.
 * To serve agents import `serveAgents` from `@roam/agents/deno`, `/bun`,
 * `/workers` or `/auto`.
 *
 * @example
 * ```ts
 * import { Agent, type Connection, type WSMessage } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/deno";
 *
 * class ChatAgent extends Agent {
 *   override onMessage(connection: Connection, message: WSMessage) {
 *     this.broadcast(message, [connection.id]);
 *   }
 * }
 *
 * export default serveAgents({ ChatAgent });
 * ```
 *
 * @module
 */
export {
  Agent,
  type AgentClass,
  type AgentContext,
  type AgentOptions,
} from "./src/agent/agent.ts";
export { CallError } from "./src/agent/call_error.ts";
export {
  callable,
  type CallableDeclaration,
  type CallableDecorator,
  type CallableMetadata,
  type CallableOptions,
} from "./src/agent/callable.ts";
export {
  Connection,
  type ConnectionContext,
  type ConnectionLink,
  type ConnectionState,
  type WSMessage,
} from "./src/agent/connection.ts";
export type {
  ConnectionEvent,
  FailedEvent,
  HostEvent,
  InstanceEvent,
  RefusedEvent,
  Stage,
} from "./src/agent/events.ts";
export {
  SqlError,
  type SqlParameter,
  type SqlRow,
} from "./src/agent/database.ts";
export type { HomeOptions } from "./src/agent/home.ts";
export { StateError } from "./src/agent/json.ts";
export type { Limits } from "./src/agent/limits.ts";
export { type CurrentAgent, getCurrentAgent } from "./src/agent/scope.ts";
export {
  StreamingResponse,
  type StreamTarget,
} from "./src/agent/streaming_response.ts";
export type { CorsOption } from "./src/host/cors.ts";
export type { AgentNamespace, AgentStub } from "./src/host/agent_namespace.ts";
export type {
  AgentHandle,
  AnyMethod,
  GetAgentOptions,
} from "./src/host/handle.ts";
export {
  type AgentClasses,
  createHost,
  type Host,
  type HostOptions,
  type Platform,
} from "./src/host/host.ts";
export {
  type Answer,
  type BeforeHook,
  type MaybePromise,
  Refusal,
  type RouterOptions,
  type RouteTarget,
} from "./src/host/router.ts";
export type { AsyncContext } from "./src/ports/async_context.ts";
export type { Clock } from "./src/ports/clock.ts";
export type {
  Attachment,
  Socket,
  SocketData,
  SocketEvents,
} from "./src/ports/socket.ts";
export type {
  AgentAddress,
  Snapshot,
  SqlDatabase,
  SqlValue,
  Storage,
  Write,
} from "./src/ports/storage.ts";
export type {
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from "./src/ports/standard_schema.ts";
export type { CallIssue } from "./src/protocol/calls.ts";
export type { ResponseStream } from "./src/protocol/types.ts";
