import { claimInstance } from "./birth.ts";
import {
  type CallableDeclaration,
  type CallableMetadata,
  callableMethods,
} from "./callable.ts";
import {
  type Connection,
  type ConnectionContext,
  linkOf,
  type WSMessage,
} from "./connection.ts";
import type { SqlParameter, SqlRow } from "./database.ts";
import { destroy } from "./destroy.ts";
import type { Instance } from "./instance.ts";

/** What the host hands to an agent's constructor; on Workers the Durable Object's own context. */
export interface AgentContext {
  /** Names the instance. */
  readonly id: { readonly name?: string; toString(): string };
  /** Keeps the instance in memory until `promise` has settled; a rejection goes to `onError`. */
  waitUntil(promise: Promise<unknown>): void;
}

/** What `static options` of an agent class may say. */
export interface AgentOptions {
  /** Runs the handlers of an instance one after another, each to the end of its promise. Default `false`: they interleave at their awaits. */
  readonly serial?: boolean;
  /** Sends the identity frame, with the instance's name, to each new client. Default `true`. */
  readonly sendIdentityOnConnect?: boolean;
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
> {
  /** Options of the class. */
  static options?: AgentOptions;

  /** The platform's context of this instance. */
  readonly ctx: AgentContext;
  /** What `options.env` says; on Workers the bindings. */
  readonly env: Env;
  /**
   * What {@linkcode Agent.state} is until something is stored. Nothing is, until
   * the first change. Default none: the state is `undefined`.
   */
  declare initialState?: State;
  #instance: Instance;

  /** Agents are constructed by a host; elsewhere this throws a `TypeError`. */
  constructor(ctx: AgentContext, env: Env) {
    this.#instance = claimInstance(new.target.name);
    this.ctx = ctx;
    this.env = env;
  }

  /** The name of this instance, readable from the constructor on. */
  get name(): string {
    return this.#instance.name;
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
    console.error(`Agent ${this.constructor.name}${where}:`, error);
  }

  /** Called for an HTTP request to the instance. Answers 404 by default; a throw answers 500. */
  onRequest(_request: Request): Response | Promise<Response> {
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
    return callableMethods(this.#instance.callTable);
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
  get state(): State {
    return this.#instance.state.value as State;
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
  setState(state: State | ((previous: State) => State)): void {
    this.#instance.state.set(state);
  }

  /**
   * Called before each change of the state, with the next one, and the
   * connection or `"server"`. A throw refuses the change: `setState` throws
   * it; a client is told that its write was rejected, and the error itself
   * goes to `onError`. Must be synchronous, and not set the state.
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
   * Runs one statement in the instance's own SQLite database, and returns
   * its rows. What stands in `${}` is bound, never pasted. The database comes
   * into being with the first statement; each statement is durable when it
   * returns. Throws a {@linkcode SqlError} with the statement.
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
    return this.#instance.database.run(strings, values) as Row[];
  }

  /**
   * Removes everything that is stored for this instance: its state, and its
   * database. Then closes the connections with 1001. The next request for its
   * name makes a new instance, which begins with `initialState`. Rejects, and
   * removes nothing, when the storage fails.
   */
  destroy(): Promise<void> {
    return destroy(this.#instance);
  }

  /** The live connection with this id. */
  getConnection<T = unknown>(id: string): Connection<T> | undefined {
    return this.#instance.connections.get(id) as Connection<T> | undefined;
  }

  /** The live connections, or those with `tag`: without the ones that are closing, and also those that `onConnect` has not accepted yet. */
  getConnections<T = unknown>(tag?: string): Iterable<Connection<T>> {
    return this.#instance.connections.list(tag) as Iterable<Connection<T>>;
  }

  /** Sends one message to all live connections, except those whose ids are in `without`. */
  broadcast(
    message: string | ArrayBuffer | ArrayBufferView,
    without?: readonly string[],
  ): void {
    this.#instance.broadcast(message, without);
  }
}
