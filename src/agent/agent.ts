import type { DeepReadonly } from "../protocol/json_types.ts";
import type { AgentAddress } from "../ports/storage.ts";
import { type EventArguments, eventFrame } from "../protocol/event_frames.ts";
import { callableMethods, type CallTable } from "../calls/call_table.ts";
import type {
  CallableDeclaration,
  CallableMetadata,
} from "../calls/callable.ts";
import {
  type Connection,
  type ConnectionContext,
  linkOf,
  type WSMessage,
} from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import {
  Database,
  type SqlParameter,
  type SqlRow,
} from "../durability/database.ts";
import type { LoggedMessage } from "../log/logged_message.ts";
import type { MessageLog } from "../log/message_log.ts";
import type { LogOptions } from "../log/options.ts";
import {
  type PartsOfAgent,
  SchedulingAgent,
} from "../schedules/scheduling_agent.ts";
import type { JobOptions } from "../schedules/types.ts";
import { SharedState } from "../state/shared_state.ts";
import { claimBackend } from "./construct_agent.ts";

/** What the host hands to an agent's constructor; on Workers the Durable Object's own context. */
export interface AgentContext {
  /** Names the instance. */
  readonly id: { readonly name?: string; toString(): string };
  /** Keeps the instance in memory until `promise` has settled; a rejection goes to `onError`. */
  waitUntil(promise: Promise<unknown>): void;
}

/** What the members of `Agent` delegate to. */
export interface AgentBackend {
  readonly name: string;
  readonly address: AgentAddress;
  readonly callTable: CallTable;
  readonly connections: Connections;
  readonly parts: PartsOfAgent;
  /** There where the class logs what it broadcasts. */
  readonly log: MessageLog | undefined;
  /** Sends to all connections but those in `without`; an `isEvent` only to clients that know events. */
  broadcast(
    data: WSMessage,
    without?: readonly string[],
    isEvent?: boolean,
  ): void;
  destroy(): Promise<void>;
  /** The user's code threw where nobody catches. */
  uncaught(error: unknown): void;
  /** The instance has left memory; timers of the user's code may still run. */
  readonly hasLeft: boolean;
  /** Reports that the instance has left memory and can't do `what` any more. */
  refuseLate(what: string): void;
}

/** What is behind an agent. */
export let backendOf: (agent: Agent) => AgentBackend;

/** What `onRequest` learns besides the request. */
export interface RequestContext<Data = unknown> {
  /** What `onBeforeRequest` returned as `data`; `undefined` when it did not. */
  readonly data: Data;
}

/** What `static options` of an agent class may say. */
export interface AgentOptions extends JobOptions {
  /** Runs the handlers of an instance one after another, each to the end of its promise. Default `false`: they interleave at their awaits. */
  readonly serial?: boolean;
  /** Sends the identity frame, with the instance's name, to each new client. Default `true`. */
  readonly sendIdentityOnConnect?: boolean;
  /**
   * Logs what is broadcast and emitted, in the commit of the state that was set in the
   * same turn: an `AgentClient` that comes back gets what it missed, also
   * after the process was killed, or is told by an event `gap`. `{}` for the
   * defaults. Default none.
   */
  readonly log?: LogOptions;
}

/** A class of agents, as {@linkcode createHost} takes it. */
export interface AgentClass {
  /** Called by the host. */
  // deno-lint-ignore no-explicit-any -- each class has its own Env and State
  new (ctx: AgentContext, env: any): Agent<any, any, any>;
  /** See {@linkcode AgentOptions}. */
  readonly options?: AgentOptions;
  /** The methods that clients may call, besides those with `@callable()`. */
  readonly callable?: CallableDeclaration;
  /** The class's name. */
  readonly name: string;
}

/**
 * A stateful server-side object that clients reach by class and name. Extend
 * it, override the hooks you need, and serve the class with an adapter: the
 * host keeps one instance per name.
 *
 * What a hook throws, or rejects with, goes to {@linkcode Agent.onError} once;
 * the connection and the instance live on.
 *
 * @example
 * ```ts
 * import { Agent, type Connection, type WSMessage } from "@roam/agents";
 *
 * export class EchoAgent extends Agent {
 *   override onMessage(connection: Connection, message: WSMessage) {
 *     connection.send(message);
 *   }
 * }
 * ```
 */
export class Agent<
  Env = unknown,
  State = unknown,
  Props extends Record<string, unknown> = Record<string, unknown>,
> extends SchedulingAgent {
  static {
    backendOf = (agent) => agent.#backend;
  }
  /** Options of the class. */
  static options?: AgentOptions;

  /** The platform's context of this instance. */
  declare readonly ctx: AgentContext;
  /** What `options.env` says; on Workers the bindings. */
  declare readonly env: Env;
  /**
   * What {@linkcode Agent.state} is until something is stored. Nothing is, until
   * the first change. Default none: the state is `undefined`.
   */
  declare initialState?: State;
  #backend: AgentBackend;

  /** Agents are constructed by a host; elsewhere this throws a `TypeError`. */
  constructor(ctx: AgentContext, env: Env) {
    const backend = claimBackend(new.target.name) as AgentBackend;
    super(backend.parts);
    this.#backend = backend;
    // Not enumerable: a call that returns the agent sends no secrets.
    const hidden = { writable: true, configurable: true };
    Object.defineProperties(this, {
      ctx: { value: ctx, ...hidden },
      env: { value: env, ...hidden },
    });
  }

  /** The name of this instance, readable from the constructor on. */
  get name(): string {
    return this.#backend.name;
  }

  /**
   * Called once when the instance comes into memory, before anything else.
   * Connections and requests wait for it, 30 seconds at most. When it throws
   * they are refused (close code 1011, status 500), and the next one calls it
   * again.
   */
  onStart(_props?: Props): void | Promise<void> {}

  /**
   * Called for each new connection, after the upgrade. Until it is done the
   * client's messages wait, and so does what is sent to the client. It may
   * end that by `connection.accept()`, or refuse by `connection.close(code,
   * reason)`; when it does neither, the connection is accepted when it is
   * done. A throw closes with 1011, and so does taking more than 10 seconds,
   * with 1013.
   */
  onConnect(
    _connection: Connection,
    _ctx: ConnectionContext,
  ): void | Promise<void> {}

  /**
   * Called when a client has come back to its connection, whose socket broke,
   * within `limits.sessionMs`: in place of `onClose` and `onConnect`. It has
   * been sent what it missed, and `connection` is what it was. `ctx` is of
   * the new request: where that says that somebody else asks, this is the
   * place to close.
   */
  onResume(
    _connection: Connection,
    _ctx: ConnectionContext,
  ): void | Promise<void> {}

  /**
   * Called for each message that is not a frame of the protocol, in the
   * order of arrival. Bytes come as `ArrayBuffer`.
   */
  onMessage(
    _connection: Connection,
    _message: WSMessage,
  ): void | Promise<void> {}

  /**
   * Called once for every connection that `onConnect` was called for, last,
   * when it is closed: with the code and the reason of the peer, or of this
   * side if it closed first; 1005 when there was no code; 1006, and
   * `wasClean` false, when the connection broke.
   */
  onClose(
    _connection: Connection,
    _code: number,
    _reason: string,
    _wasClean: boolean,
  ): void | Promise<void> {}

  /**
   * Called with what another hook threw, and the connection it worked for,
   * if any. Writes both to the console by default. An override that declares
   * one parameter only gets the error in it.
   */
  onError(
    connection: Connection | undefined,
    error: unknown,
  ): void | Promise<void> {
    const where = connection === undefined ? "" : ` on ${connection.id}`;
    console.error(`Agent ${this.#backend.address.agent}${where}:`, error);
  }

  /**
   * Called for an HTTP request to the instance, with what `onBeforeRequest`
   * has found out as `ctx.data`. Answers 404 by default; a throw answers 500.
   */
  onRequest(
    _request: Request,
    _ctx: RequestContext,
  ): Response | Promise<Response> {
    return new Response("Not implemented", { status: 404 });
  }

  /**
   * Called before `onConnect`: tags to find the connection by, at most nine,
   * of 1 to 256 characters. A throw refuses the connection with 1011.
   */
  getConnectionTags(
    _connection: Connection,
    _ctx: ConnectionContext,
  ): string[] | Promise<string[]> {
    return [];
  }

  /**
   * Called before `onConnect`: whether the client gets the library's own
   * frames (identity, state, MCP servers). Default `true`; say `false` for a
   * client that would not know what to do with them.
   */
  shouldSendProtocolMessages(
    _connection: Connection,
    _ctx: ConnectionContext,
  ): boolean {
    return true;
  }

  /** The methods that clients may call, inherited ones too, and what is said about them. */
  getCallableMethods(): Map<string, CallableMetadata> {
    return callableMethods(this.#backend.callTable);
  }

  /**
   * Called before `onConnect`: whether the client may only look. Its state
   * frames are refused then, and `setState` throws in whatever runs on its
   * behalf: in a handler up to its first `await`, and with `options.context`
   * also after it. Default `false`. A throw refuses the connection with 1011.
   */
  shouldConnectionBeReadonly(
    _connection: Connection,
    _ctx: ConnectionContext,
  ): boolean {
    return false;
  }

  /** Changes what `shouldConnectionBeReadonly` said; it holds as long as the connection lives. */
  setConnectionReadonly(connection: Connection, readonly = true): void {
    linkOf(connection).setReadonly(readonly);
  }

  /** Whether the client of `connection` may only look. */
  isConnectionReadonly(connection: Connection): boolean {
    return linkOf(connection).readonly;
  }

  /** What `shouldSendProtocolMessages` said about `connection`. */
  isConnectionProtocolEnabled(connection: Connection): boolean {
    return linkOf(connection).protocol;
  }

  /**
   * The state of the instance, the same for all of its clients; `undefined`
   * when none was ever set and there is no `initialState`. It is frozen, all
   * through: assigning to a part of it throws. Loaded before `onStart`; in a
   * constructor it is `undefined`.
   */
  get state(): DeepReadonly<State> {
    return this.#backend.parts.get(SharedState).value as DeepReadonly<State>;
  }

  /**
   * Replaces the state, and sends it to all clients. Takes the state, or a
   * function of the previous one. What is kept is a frozen copy.
   *
   * In memory the change is done when this returns. It is stored at the end
   * of the turn of the event loop, together with all others of that turn, and
   * whatever this instance sends from now on leaves when that is done. If it
   * fails, nothing of it leaves: the connections close with 1011, and the
   * instance begins anew with what is stored.
   *
   * Throws, and changes nothing, when `validateStateChange` throws; on behalf
   * of a readonly connection; and a {@linkcode StateError} for what JSON
   * can't carry (functions, cycles, `NaN`, `BigInt`, `Map`, `undefined`
   * itself), for keys that reach a prototype, and past `limits.stateBytes`.
   * Parts that are `undefined` are left out.
   *
   * @example
   * ```ts
   * import { Agent } from "@roam/agents";
   *
   * class Counter extends Agent<unknown, { count: number }> {
   *   override initialState = { count: 0 };
   *   override onMessage() {
   *     this.setState(({ count }) => ({ count: count + 1 }));
   *   }
   * }
   * ```
   */
  setState(
    state:
      | DeepReadonly<State>
      | ((previous: DeepReadonly<State>) => DeepReadonly<State>),
  ): void {
    this.#backend.parts.get(SharedState).set(state);
  }

  /**
   * Called before each change of the state, with the next one, and the
   * connection or `"server"`. A throw refuses the change: `setState` throws
   * it; a client is told that its write was rejected, and the error itself
   * goes to `onError`. A {@linkcode CallError} is told to our clients as it is,
   * and to nobody else. Must be synchronous, and not set the state.
   */
  validateStateChange(_next: State, _source: Connection | "server"): void {}

  /**
   * Called after each change of the state, once and in order, when the
   * clients' frames are on their way. What it sets itself is told to it
   * afterwards; more than 100 of these in a row are an error.
   */
  onStateChanged(
    _state: State,
    _source: Connection | "server",
  ): void | Promise<void> {}

  /** The older name of {@linkcode Agent.onStateChanged}. An agent that overrides both does not start. */
  onStateUpdate(
    _state: State,
    _source: Connection | "server",
  ): void | Promise<void> {}

  /**
   * Called with what a client wants to show of itself to the others, before
   * anybody sees it. What it returns is shown instead, unless that is
   * `undefined`. A throw refuses it: the client goes on showing what it did,
   * and the error goes to `onError`, but a {@linkcode CallError} to the client
   * as it is. Must be synchronous. The type of `value` is that of
   * `presenceOf(client)`.
   */
  onPresence(_connection: Connection, _value: unknown): unknown {
    return undefined;
  }

  /**
   * Runs a statement in the instance's own SQLite database, and returns its
   * rows. What stands in `${}` is bound, never pasted: a number as a REAL, a
   * `bigint` as an INTEGER. The database comes into being with the first
   * statement; each statement is durable when it returns.
   *
   * Several statements in one text run in order, and the rows of the last are
   * returned. They are one transaction: when one of them fails, none has run.
   * Throws a {@linkcode SqlError} with the statement that failed.
   *
   * @example
   * ```ts
   * import { Agent, type Connection, type WSMessage } from "@roam/agents";
   *
   * class Log extends Agent {
   *   override onStart() {
   *     this.sql`CREATE TABLE IF NOT EXISTS log (line TEXT)`;
   *   }
   *   override onMessage(connection: Connection, message: WSMessage) {
   *     this.sql`INSERT INTO log VALUES (${String(message)})`;
   *     const [row] = this.sql<{ n: number }>`SELECT count(*) AS n FROM log`;
   *     connection.send(`${row.n} lines`);
   *   }
   * }
   * ```
   */
  sql<Row = SqlRow>(
    strings: TemplateStringsArray,
    ...values: SqlParameter[]
  ): Row[] {
    return this.#backend.parts.get(Database).run(strings, values) as Row[];
  }

  /**
   * Removes everything that is stored for this instance: its state, its jobs,
   * and its database. Then closes the connections with 1001. The next request for its
   * name makes a new instance, which begins with `initialState`. Rejects, and
   * removes nothing, when the storage fails.
   */
  destroy(): Promise<void> {
    return this.#backend.destroy();
  }

  /** The live connection with this id. */
  getConnection<T = unknown>(id: string): Connection<T> | undefined {
    return this.#backend.connections.get(id) as Connection<T> | undefined;
  }

  /** The live connections, or those with `tag`: without the ones that are closing, and also those that `onConnect` has not accepted yet. */
  getConnections<T = unknown>(tag?: string): Iterable<Connection<T>> {
    return this.#backend.connections.list(tag) as Iterable<Connection<T>>;
  }

  /**
   * Sends one message to all live connections, except those whose ids are in
   * `without`. With `options.log` it is logged before; throws a `RangeError`
   * when it is larger than `limits.logBytes`.
   */
  broadcast(
    message: string | ArrayBuffer | ArrayBufferView,
    without?: readonly string[],
  ): void {
    if (this.#backend.hasLeft) this.#backend.refuseLate("broadcast");
    else this.#backend.broadcast(message, without);
  }

  /**
   * What was broadcast and emitted, from the oldest message that `options.log` keeps on,
   * or after a cursor. `undefined` when something that came after the cursor
   * is not kept any more, or the cursor is of another log. Throws for a class
   * that has no `options.log`.
   *
   * @example
   * ```ts
   * import { Agent } from "@roam/agents";
   *
   * class Room extends Agent {
   *   static override options = { log: { messages: 500 } };
   *   static callable = ["latest"];
   *   latest() {
   *     return this.history().slice(-20).map((item) =>
   *       item.type === "message" ? String(item.message) : item.name
   *     );
   *   }
   * }
   * ```
   */
  history(): LoggedMessage[];
  /** What was broadcast and emitted after the cursor. */
  history(after: string): LoggedMessage[] | undefined;
  history(after?: string): LoggedMessage[] | undefined {
    const { log } = this.#backend;
    if (log !== undefined) return log.history(after);
    throw new Error(
      "Cannot read the log: the class has none; give it static options = { log: {} }",
    );
  }

  /**
   * Has the listeners of `client.on(name)` called with `data`, at all live
   * connections except those whose ids are in `without`. Nothing is kept for
   * those who are away, but by `options.log`. Clients that do not know events are sent nothing: those
   * of Cloudflare's SDK, and plain WebSockets. Use `broadcast` for them.
   *
   * `data` is JSON, or left out. Throws a `TypeError` that names the part, and
   * sends nothing, for what JSON can't carry, as `setState` does, and for a name
   * that is no text. The types come from the class, where it declares them.
   *
   * @example
   * ```ts
   * import { Agent, type Connection, type WSMessage } from "@roam/agents";
   *
   * class ChatAgent extends Agent {
   *   declare events: { said: { from: string; text: string } };
   *   override onMessage({ id }: Connection, message: WSMessage) {
   *     this.emit("said", { from: id, text: String(message) }, [id]);
   *   }
   * }
   * ```
   */
  emit<Name extends keyof Events & string, Events = Record<string, unknown>>(
    this: Agent<Env, State, Props> & { readonly events?: Events },
    name: Name,
    ...[data, without]: EventArguments<
      Events[Name],
      [without?: readonly string[]]
    >
  ): void {
    const frame = eventFrame(name, data);
    if (this.#backend.hasLeft) this.#backend.refuseLate("emit");
    else this.#backend.broadcast(frame, without, true);
  }
}
