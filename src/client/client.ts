import type { ChunkOf, ResultOf } from "../protocol/types.ts";
import { placeOf } from "./address.ts";
import type { CallOptions, StreamOptions } from "./calls.ts";
import { chunksOf } from "./chunks.ts";
import { randomId } from "./environment.ts";
import type { AgentConnectionError } from "./errors.ts";
import type { AgentClientOptions } from "./options.ts";
import { Session } from "./session.ts";
import { AgentSocket } from "./socket.ts";
import { createStubProxy } from "./stub.ts";
import type {
  AgentOf,
  AgentStub,
  CallRest,
  EventsOf,
  MethodsOf,
  StateOf,
} from "./types.ts";

/**
 * A connection to one agent that comes back by itself, with a copy of the
 * agent's state and calls of its methods.
 *
 * @example
 * ```ts
 * import { AgentClient } from "@roam/agents/client";
 *
 * const client = new AgentClient<{ topic: string }>({
 *   agent: "ChatAgent",
 *   name: "lobby",
 *   host: "localhost:8000",
 *   onStateUpdate: (state) => console.log(state.topic),
 * });
 * client.addEventListener("message", ({ data }) => console.log(data));
 * client.send("hello");
 * await client.call("rename", ["weather"]);
 * ```
 */
export class AgentClient<A = unknown, State = StateOf<A>> extends AgentSocket {
  /** Calls by name: `client.stub.rename("x")` is `client.call("rename", ["x"])`. */
  readonly stub: AgentStub<A> = createStubProxy((method, args) =>
    this.#session.calls.call(method, args)
  );
  /** For types alone: the agent that it is a client of. */
  declare readonly "~agent"?: AgentOf<A>;
  #session: Session;
  #options: AgentClientOptions<State>;

  /**
   * Starts to connect, unless `startClosed` says no. Throws a `TypeError`
   * when the options do not say where the agent is.
   */
  constructor(options: AgentClientOptions<State>) {
    placeOf(options);
    options = { ...options, id: options.id || randomId() };
    const session = new Session(options as AgentClientOptions, (event) => {
      this.dispatchEvent(event);
    });
    super(session.connection);
    this.#session = session;
    this.#options = options;
    if (!options.startClosed) session.connection.start();
  }

  /** Use {@linkcode agentFetch}: this throws. */
  static fetch(_options?: unknown): Promise<Response> {
    throw new TypeError("Use agentFetch");
  }

  /** The id of the connection on the server: the one that was asked for, or what the server says where another connection has that. No identity: anybody can ask for any id. */
  get id(): string {
    return this.#session.id ?? this.#options.id!;
  }

  /** The agent's name in URLs, `chat-agent`; the server's word for it once it is known. */
  get agent(): string {
    return this.#session.agent;
  }

  /** The instance's name; the server's word for it once it is known. */
  get name(): string {
    return this.#session.name;
  }

  /** Whether the server has said who answers on this connection. */
  get identified(): boolean {
    return this.#session.identified;
  }

  /** Why there is no connection any more, when the server, `shouldReconnectOnClose` or `maxRetries` said so. */
  get connectionError(): AgentConnectionError | null {
    return this.#session.connectionError;
  }

  /**
   * Resolves when the server has said who answers and what the state is, or
   * does without saying it. After a connection is lost it is another promise,
   * for the next one. Rejects when there will be no connection.
   */
  get ready(): Promise<void> {
    return this.#session.ready.promise;
  }

  /** The agent's state with this client's own writes; `undefined` until the server has sent it, or when there is none. */
  get state(): State | undefined {
    return this.#session.mirror.view as State | undefined;
  }

  /**
   * How far this client has come in the log of the agent, of a class with
   * `options.log`: what it misses from there on it is sent when it comes back,
   * and so is another client that has it as its option `cursor`. In a listener
   * of `message` that message is counted. `undefined` until the server has said it.
   */
  get cursor(): string | undefined {
    return this.#session.cursor;
  }

  /** How many writes of state the server has not answered. */
  get pending(): number {
    return this.#session.mirror.pending;
  }

  /**
   * Replaces the agent's state. This client sees it at once, the others when
   * the server has accepted it; then the promise resolves. When the server
   * refuses, the state is again what it was, and the promise rejects with an
   * `AgentClientError`: `REJECTED`, `READONLY`, `TOO_LARGE`, `INVALID`.
   *
   * The last write wins. A function of the state instead is applied to the
   * server's latest, again if that has changed meanwhile, and never twice.
   * Writes of one turn of the event loop are one frame, and are accepted or
   * refused together; `throttle` keeps frames apart.
   *
   * Without a connection the write waits for the next one. If the state was
   * changed by others meanwhile, `onConflict` decides; without it the write
   * is dropped, and rejects with `CONFLICT`. Functions are applied anyway.
   *
   * What the client keeps is a frozen copy. Throws a `StateError`, and changes
   * nothing, for what JSON cannot say, or would change: `NaN`, `Map`, functions.
   */
  setState(state: State | ((state: State) => State)): Promise<void> {
    return this.#session.mirror.set(state);
  }

  /**
   * Calls a method of the agent, and resolves with its result. Without a
   * connection the call waits for the next one, as long as its timeout lets
   * it. It rejects with an `AgentClientError`, whose `code` and `mayHaveRun`
   * say how far it came; when the method threw, with that message.
   *
   * @example
   * ```ts
   * import { AgentClient } from "@roam/agents/client";
   *
   * const client = new AgentClient({ agent: "ChatAgent", host: "localhost:8000" });
   * const sum = await client.call<number>("add", [1, 2], { timeout: 5000 });
   * await client.call("tell", ["a story"], { stream: { onChunk: console.log } });
   * ```
   */
  // The second parameter keeps `call<string>()` out: it says a result, and no method.
  call<M extends keyof MethodsOf<A> & string, _ extends undefined>(
    method: M,
    ...rest: CallRest<MethodsOf<A>[M], CallOptions | StreamOptions>
  ): Promise<ResultOf<MethodsOf<A>[M]>>;
  /** Calls a method whose result has the type `T`, where the types do not say it. */
  call<
    T,
    M extends keyof MethodsOf<A> & string = keyof MethodsOf<A> & string,
  >(
    method: M,
    ...rest: CallRest<MethodsOf<A>[M], CallOptions | StreamOptions>
  ): Promise<T>;
  call(
    method: string,
    args?: readonly unknown[],
    options?: CallOptions | StreamOptions,
  ): Promise<unknown> {
    return this.#session.calls.call(method, args, options);
  }

  /**
   * Calls a method that streams, and iterates over the pieces as they come.
   * Leaving the loop cancels the call. Throws what `call` rejects with.
   *
   * @example
   * ```ts
   * import { AgentClient } from "@roam/agents/client";
   *
   * const client = new AgentClient({ agent: "ChatAgent", host: "localhost:8000" });
   * for await (const word of client.stream("tell", ["a story"])) console.log(word);
   * ```
   */
  stream<M extends keyof MethodsOf<A> & string>(
    method: M,
    ...[args, options = {}]: CallRest<
      MethodsOf<A>[M],
      Omit<CallOptions, "stream">
    >
  ): AsyncGenerator<ChunkOf<MethodsOf<A>[M]>, ResultOf<MethodsOf<A>[M]>, void> {
    type Final = ResultOf<MethodsOf<A>[M]>;
    return chunksOf(
      (streaming) =>
        this.#session.calls.call(
          method,
          args,
          // What comes is the server's word, and taken for what the types say.
          streaming as CallOptions,
        ) as Promise<Final>,
      options,
    );
  }

  /**
   * Calls `listener` with what the agent says by `emit(name, data)`, until the
   * result is called. In the order in which it was sent, also with changes of
   * the state. What is said while there is no connection is not heard.
   *
   * @example
   * ```ts
   * import { AgentClient } from "@roam/agents/client";
   *
   * const client = new AgentClient({ agent: "ChatAgent", host: "localhost:8000" });
   * const stop = client.on("said", ({ from, text }) => console.log(from, text));
   * stop();
   * ```
   */
  on<Name extends keyof EventsOf<A> & string>(
    name: Name,
    listener: (data: EventsOf<A>[Name]) => void,
  ): () => void {
    const heard = ({ data }: MessageEvent) => {
      if (data.name === name) listener(data.data);
    };
    this.addEventListener("roam_event", heard);
    return () => this.removeEventListener("roam_event", heard);
  }

  /**
   * Changes options. Those of the address and the query count from the next
   * connection on, `heartbeatInterval` and `startClosed` not at all. Throws a
   * `TypeError`, and changes nothing, when they do not say where the agent is.
   */
  updateProperties(options: Partial<AgentClientOptions<State>>): void {
    placeOf({ ...this.#options, ...options });
    Object.assign(this.#options, options);
  }
}
