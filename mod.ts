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
  type RequestContext,
} from "./src/agent/agent.ts";
export { CallError } from "./src/runtime/call_error.ts";
export {
  callable,
  type CallableDeclaration,
  type CallableDecorator,
  type CallableMetadata,
  type CallableOptions,
} from "./src/calls/callable.ts";
export {
  Connection,
  type ConnectionContext,
  type ConnectionLink,
  type ConnectionState,
  type WSMessage,
} from "./src/connections/connection.ts";
export type {
  CallEvent,
  ClusterEvent,
  CommitEvent,
  ConnectionEvent,
  FailedEvent,
  GapEvent,
  HandledMessageEvent,
  HostEvent,
  InstanceEvent,
  LagEvent,
  RefusedEvent,
  RequestEvent,
  ScheduleEvent,
  Stage,
  StateEvent,
  UncaughtEvent,
} from "./src/runtime/events.ts";
export {
  SqlError,
  type SqlParameter,
  type SqlRow,
} from "./src/durability/database.ts";
export type { InstanceHostOptions } from "./src/agent/host_context.ts";
export type { RetryCallOptions } from "./src/schedules/retry.ts";
export { SchedulingAgent } from "./src/schedules/scheduling_agent.ts";
export type {
  FailedSchedule,
  IntervalOptions,
  JobOptions,
  QueueItem,
  QueueOptions,
  RetryOptions,
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
} from "./src/schedules/types.ts";
export type { AnyMethod, DeepReadonly } from "./src/protocol/json_types.ts";
export { StateError } from "./src/protocol/state_error.ts";
export type { Limits } from "./src/runtime/limits.ts";
export {
  type CurrentAgent,
  getCurrentAgent,
} from "./src/agent/current_agent.ts";
export {
  StreamingResponse,
  type StreamTarget,
} from "./src/calls/streaming_response.ts";
export type { CorsOption } from "./src/host/cors.ts";
export type { AgentNamespace, AgentStub } from "./src/host/agent_namespace.ts";
export type { AgentHandle, GetAgentOptions } from "./src/host/handle.ts";
export {
  type AgentClasses,
  createHost,
  type Host,
  type HostOptions,
} from "./src/host/host.ts";
export {
  type Answer,
  type MaybePromise,
  type Platform,
  Refusal,
} from "./src/host/platform.ts";
export type {
  Admission,
  BeforeContext,
  BeforeHook,
  RouteTarget,
} from "./src/host/before_hook.ts";
export type {
  LoggedBroadcast,
  LoggedEvent,
  LoggedItem,
  LoggedMessage,
} from "./src/log/logged_message.ts";
export type { LogOptions } from "./src/log/options.ts";
export type { RouterOptions } from "./src/host/router.ts";
export type { RuleOptions } from "./src/host/rules.ts";
export type { HostHealth } from "./src/host/health.ts";
export type { AsyncContext } from "./src/ports/async_context.ts";
export type { Clock } from "./src/ports/clock.ts";
export type {
  Cluster,
  ClusterHealth,
  ClusterHost,
  ClusterNews,
  ForwardedCall,
  ForwardedRequest,
  Opening,
  Peer,
  RoutedSocket,
  RouteEnd,
} from "./src/ports/cluster.ts";
export type {
  DueJob,
  DuePosition,
  DueQuery,
  JobChange,
  StoredJob,
} from "./src/ports/jobs.ts";
export type {
  LogBounds,
  LogEntry,
  LogHead,
  LogWrite,
} from "./src/ports/log.ts";
export type {
  Attachment,
  KeptSession,
  Socket,
  SocketData,
  SocketEvents,
} from "./src/ports/socket.ts";
export type {
  AgentAddress,
  ChangedPages,
  NamesQuery,
  Snapshot,
  SqlDatabase,
  SqlLimits,
  SqlValue,
  Storage,
  StoredSqlDatabase,
  Write,
} from "./src/ports/storage.ts";
export type {
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from "./src/ports/standard_schema.ts";
export type { CallIssue } from "./src/protocol/calls.ts";
export type { EventArguments } from "./src/protocol/event_frames.ts";
export type { ResponseStream } from "./src/protocol/types.ts";
