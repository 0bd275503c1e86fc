import { claimInstance } from "./birth.ts";
import {
  type CallableDeclaration,
  type CallableMetadata,
  callableMethods,
} from "./callable.ts";
import type { Connection, ConnectionContext, WSMessage } from "./connection.ts";
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
  // deno-lint-ignore no-explicit-any -- each class has its own Env
  new (ctx: AgentContext, env: any): Agent<any>;
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
export class Agent<Env = unknown> {
  /** Options of the class. */
  static options?: AgentOptions;

  /** The platform's context of this instance. */
  readonly ctx: AgentContext;
  /** What `options.env` says; on Workers the bindings. */
  readonly env: Env;
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
  onStart(): void | Promise<void> {}

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

  /** The live connection with this id. */
  getConnection<State = unknown>(id: string): Connection<State> | undefined {
    return this.#instance.connections.get(id) as Connection<State> | undefined;
  }

  /** The live connections, or those with `tag`: without the ones that are closing, and also those that `onConnect` has not accepted yet. */
  getConnections<State = unknown>(tag?: string): Iterable<Connection<State>> {
    return this.#instance.connections.list(tag) as Iterable<Connection<State>>;
  }

  /** Sends one message to all live connections, except those whose ids are in `without`. */
  broadcast(
    message: string | ArrayBuffer | ArrayBufferView,
    without?: readonly string[],
  ): void {
    this.#instance.broadcast(message, without);
  }
}
