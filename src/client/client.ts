import { kebabCase } from "../protocol/agent_name.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { placeOf, urlOf } from "./address.ts";
import {
  type CallOptions,
  Calls,
  DEFAULT_CALL_TIMEOUT_MS,
  type StreamOptions,
} from "./calls.ts";
import { chunksOf } from "./chunks.ts";
import type { End, Next } from "./end.ts";
import { AgentConnectionError, lostError } from "./errors.ts";
import { Ready } from "./ready.ts";
import type { AgentClientOptions, Provided } from "./options.ts";
import { AgentSocket } from "./socket.ts";
import { StateMirror } from "./state_mirror.ts";
import { createStubProxy } from "./stub.ts";
import type {
  AgentStub,
  CallRest,
  ChunkOf,
  MethodsOf,
  ResultOf,
  StateOf,
} from "./types.ts";
import { Wire } from "./wire.ts";
import type { Target } from "./wire_options.ts";

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
    this.#call(method, args)
  );
  /** The id of the connection on the server. */
  readonly id: string;
  /** The agent's name in URLs, `chat-agent`; the server's word for it once it is known. */
  agent: string;
  /** The instance's name; the server's word for it once it is known. */
  name: string;
  /** Whether the server has said who answers on this connection. */
  identified = false;
  /** Why there is no connection any more, when the server or `shouldReconnectOnClose` said so. */
  connectionError: AgentConnectionError | undefined;
  #options: AgentClientOptions<State>;
  #calls: Calls;
  #mirror: StateMirror;
  #ready = new Ready();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wasIdentified = false;
  /** Closed by the application or for good, not merely not yet begun. */
  #isOver = false;

  /**
   * Starts to connect, unless `startClosed` says no. Throws a `TypeError`
   * when the options do not say where the agent is.
   */
  constructor(options: AgentClientOptions<State>) {
    placeOf(options);
    options = { ...options };
    const wire = new Wire(options, {
      target: () => this.#target(),
      opened: () => {
        this.#changed();
        this.#wait(15_000);
        this.dispatchEvent(new Event("open"));
      },
      received: (data, frame) => {
        try {
          if (frame) this.#follow(frame);
        } finally {
          if (!frame?.type.startsWith("roam_")) {
            this.dispatchEvent(new MessageEvent("message", { data }));
          }
        }
      },
      failed: (error) =>
        this.dispatchEvent(
          Object.assign(new Event("error"), { message: `${error}`, error }),
        ),
      ended: (end, next, status) => this.#ended(end, next, status),
    });
    super(wire);
    this.#options = options;
    this.id = options.id ?? crypto.randomUUID();
    this.agent = kebabCase(options.agent);
    this.name = options.name || "default";
    this.#calls = new Calls(wire);
    this.#mirror = new StateMirror(
      (frame) => wire.write(frame),
      options,
      () => this.#changed(),
    );
    if (!options.startClosed) wire.start();
  }

  /** Use {@linkcode agentFetch}: this throws. */
  static fetch(_options?: unknown): Promise<Response> {
    throw new TypeError("Use agentFetch");
  }

  /**
   * Resolves when the server has said who answers, or does without saying it.
   * After a connection is lost it is another promise, for the next one.
   * Rejects when there will be no connection.
   */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The agent's state with this client's own writes; `undefined` until the server has sent it, or when there is none. */
  get state(): State | undefined {
    return this.#mirror.view as State | undefined;
  }

  /** How many writes of state the server has not answered. */
  get pending(): number {
    return this.#mirror.pending;
  }

  /**
   * Replaces the agent's state. This client sees it at once, the others when
   * the server has accepted it; then the promise resolves. When the server
   * refuses, the state is again what it was, and the promise rejects with an
   * `AgentClientError`: `REJECTED`, `READONLY`, `TOO_LARGE`, `INVALID`.
   *
   * The last write wins. A function of the state instead is applied to the
   * server's latest, again if that has changed meanwhile, and never twice.
   *
   * Without a connection the write waits for the next one. If the state was
   * changed by others meanwhile, `onConflict` decides; without it the write
   * is dropped, and rejects with `CONFLICT`. Functions are applied anyway.
   *
   * Throws a `TypeError` for what JSON cannot say.
   */
  setState(state: State | ((state: State) => State)): Promise<void> {
    if (!this.#isOver) return this.#mirror.set(state);
    const refused = Promise.reject(lostError(false));
    refused.catch(() => {});
    return refused;
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
  call<M extends keyof MethodsOf<A> & string>(
    method: M,
    ...rest: CallRest<MethodsOf<A>[M], CallOptions | StreamOptions>
  ): Promise<ResultOf<MethodsOf<A>[M]>>;
  /** Calls a method whose result has the type `T`, where the types do not say it. */
  call<T>(
    method: keyof MethodsOf<A> & string,
    args?: unknown[],
    options?: CallOptions | StreamOptions,
  ): Promise<T>;
  call(
    method: string,
    args: readonly unknown[] = [],
    options: CallOptions | StreamOptions = {},
  ): Promise<unknown> {
    return this.#call(method, args, options);
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
  ): AsyncGenerator<ChunkOf<MethodsOf<A>[M]>, unknown, void> {
    return chunksOf(
      (streaming) => this.#call(method, args ?? [], streaming as CallOptions),
      options,
    );
  }

  /** Changes options. Those of the address and the query count from the next connection on. */
  updateProperties(options: Partial<AgentClientOptions<State>>): void {
    placeOf({ ...this.#options, ...options });
    Object.assign(this.#options, options);
  }

  #call(
    method: string,
    args: readonly unknown[],
    options: CallOptions | StreamOptions = {},
  ): Promise<unknown> {
    if (this.#isOver) return Promise.reject(lostError(false));
    const stream = "onChunk" in options || "onDone" in options ||
        "onError" in options
      ? options
      : (options as CallOptions).stream;
    const { defaultCallTimeout = DEFAULT_CALL_TIMEOUT_MS } = this.#options;
    const timeout = stream ? 0 : defaultCallTimeout;
    return this.#calls.call(method, args, { timeout, ...options, stream });
  }

  async #target(): Promise<Target> {
    this.#isOver = false;
    this.connectionError = undefined;
    this.#ready.renew();
    this.#changed();
    const { query, protocols } = this.#options;
    const [entries, offered] = await Promise.all([
      provided(query),
      provided(protocols),
    ]);
    const own = { _pk: this.id, _roam: "1" };
    return {
      url: urlOf("ws", this.#options, own, entries),
      protocols: offered ?? undefined,
    };
  }

  /** Servers may do without identity and state: nobody waits for them for ever. */
  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begun(), ms);
  }

  /** What a server says at the beginning it has said. */
  #begun(): void {
    clearTimeout(this.#timer);
    this.#mirror.settle();
    this.#ready.settle();
  }

  #follow(frame: ServerFrame): void {
    const mirror = this.#mirror;
    switch (frame.type) {
      case "roam_hello":
        mirror.greet(frame);
        this.#calls.greeted();
        return this.#wait(1000);
      case "cf_agent_identity":
        return this.#identify(frame.name as string, frame.agent as string);
      case "cf_agent_state":
        return mirror.receive(frame);
      case "cf_agent_state_error":
        return mirror.refused(frame);
      case "roam_state_ack":
        return mirror.accepted(frame);
      case "rpc":
        return this.#calls.answer(frame);
      case "cf_agent_mcp_servers":
        this.#begun();
    }
  }

  #identify(name: string, agent: string): void {
    const { name: oldName, agent: oldAgent } = this;
    const isOther = this.#wasIdentified &&
      (name !== oldName || agent !== oldAgent);
    this.name = name;
    this.agent = agent;
    this.identified = this.#wasIdentified = true;
    if (isOther) this.#mirror.forget();
    this.#ready.settle();
    this.#changed();
    const { onIdentity, onIdentityChange = console.warn } = this.#options;
    if (isOther) onIdentityChange(oldName, name, oldAgent, agent);
    onIdentity?.(name, agent);
  }

  #ended(end: End, next: Next, status?: number): void {
    clearTimeout(this.#timer);
    this.identified = false;
    this.#isOver = next !== "retry";
    this.#mirror.lost();
    this.#calls.lost(this.#isOver);
    this.#ready.renew();
    const error = next === "failed"
      ? this.connectionError = new AgentConnectionError(end, status)
      : undefined;
    if (this.#isOver) {
      this.#mirror.drop(lostError);
      this.#ready.settle(error ?? lostError(false));
    }
    this.#changed();
    if (error) this.#options.onConnectionError?.(error);
    // When a probe found out about a refusal, the end has been told before.
    if (!status) this.dispatchEvent(Object.assign(new Event("close"), end));
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

function provided<T>(value: Provided<T>): T | Promise<T> {
  return typeof value === "function"
    ? (value as () => T | Promise<T>)()
    : value;
}
