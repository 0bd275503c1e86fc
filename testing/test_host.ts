import { openStorage, type StorageOption } from "../adapters/open_storage.ts";
import type { Agent, AgentClass } from "../src/agent/agent.ts";
import { AgentClient } from "../src/client/client.ts";
import type { AgentClientOptions } from "../src/client/options.ts";
import type { StateOf } from "../src/client/types.ts";
import type { WebSocketClass } from "../src/client/socket_options.ts";
import type { AgentHandle, GetAgentOptions } from "../src/host/handle.ts";
import {
  type AgentClasses,
  createHost,
  type Host,
  type HostOptions,
} from "../src/host/host.ts";
import { Refusal } from "../src/host/platform.ts";
import {
  chosenSubprotocol,
  SUBPROTOCOLS,
} from "../src/protocol/subprotocol.ts";
import { kebabCase } from "../src/protocol/agent_name.ts";
import type { HostEvent } from "../src/runtime/events.ts";
import { resolveLimits } from "../src/runtime/limits.ts";
import { warnOfMisspeltClientOptions } from "./client_option_names.ts";
import type { MemoryConnection } from "./memory_connection.ts";
import { Network, nextTurn } from "./network.ts";
import { LentStorage } from "./lent_storage.ts";
import { TestClock } from "./test_clock.ts";
import { TestSocket } from "./test_socket.ts";
import { TestWebSocket, type TestWebSocketOptions } from "./test_web_socket.ts";

/** Turns without anything on its way after which nothing is taken to go on. */
const QUIET_TURNS = 4;
/** How much time passes between two looks whether a host has closed. */
const STEP_MS = 25;
const ORIGIN = "http://test.localhost";

/** Options of {@linkcode createTestHost}: those of `serveAgents`. */
export interface TestHostOptions
  extends Omit<HostOptions, "storage" | "clock"> {
  /** Where states are kept, over restarts too. Default in memory. */
  storage?: StorageOption;
  /** What the wall clock shows at the beginning. Default the present. */
  start?: Date;
}

/** How to connect to a test host. */
export interface TestConnectOptions extends TestWebSocketOptions {
  /** The query, with or without its `?`. */
  query?: string;
}

/**
 * All agents of a test, without ports and processes: sockets are in memory
 * and time stands still until the test advances it.
 *
 * @example
 * ```ts
 * import { Agent, type Connection, type WSMessage } from "@roam/agents";
 * import { createTestHost } from "@roam/agents/testing";
 *
 * class EchoAgent extends Agent {
 *   override onMessage(connection: Connection, message: WSMessage) {
 *     connection.send(message);
 *   }
 * }
 *
 * const host = createTestHost({ EchoAgent });
 * const socket = await host.connect("EchoAgent", "lobby");
 * socket.send("hello");
 * console.log(await socket.next());
 * await host.close();
 * ```
 */
export class TestHost {
  /** The time of the host: `await host.clock.advance(60_000)`. */
  readonly clock: TestClock;
  /** What `onEvent` was told so far. */
  readonly events: HostEvent[] = [];
  /** A WebSocket class whose URLs lead here, whatever host they name. */
  readonly WebSocket: new (
    url: string,
    options?: string | string[] | TestWebSocketOptions,
  ) => TestWebSocket;
  #classes: AgentClasses;
  #options: TestHostOptions;
  #network = new Network();
  #host!: Host<MemoryConnection | undefined>;
  #storage: LentStorage;
  #connections = new Set<MemoryConnection>();

  /** See {@linkcode createTestHost}. */
  constructor(classes: AgentClasses, options: TestHostOptions) {
    this.#classes = classes;
    this.#options = options;
    this.clock = new TestClock(
      () => this.settled(),
      () => this.#network.isBusy,
      options.start,
    );
    this.#storage = new LentStorage(
      openStorage(options.storage ?? "memory", resolveLimits(options.limits)),
    );
    this.#start();
    const network = this.#network;
    const dial = (request: Request, connection: MemoryConnection) =>
      this.#dial(request, connection);
    this.WebSocket = class extends TestWebSocket {
      constructor(
        url: string,
        options?: string | string[] | TestWebSocketOptions,
      ) {
        super(network, dial, url, options);
      }
    };
  }

  /** Connects a plain client. Resolves when the connection is open; rejects when the handshake is refused. */
  async connect(
    agent: string | AgentClass,
    name: string,
    { query = "", ...options }: TestConnectOptions = {},
  ): Promise<TestSocket> {
    const search = query === "" || query.startsWith("?") ? query : `?${query}`;
    const url = `${ORIGIN.replace("http", "ws")}${this.#path(agent, name)}`;
    const webSocket = new this.WebSocket(url + search, options);
    const socket = new TestSocket(webSocket);
    await new Promise<void>((resolve, reject) => {
      webSocket.addEventListener("open", () => resolve());
      socket.closed.then(async ({ code, reason }) => {
        const { refusal } = webSocket;
        const why = refusal === undefined
          ? `closed with ${code} "${reason}"`
          : `${refusal.status} ${await refusal.text()}`;
        reject(new Error(`Cannot connect to ${agentName(agent)}: ${why}`));
      });
    });
    return socket;
  }

  /** An `AgentClient` of this host. Its own timers (retries, heartbeat) are real. Warns of an option whose name is nearly right. */
  client<A = unknown, State = StateOf<A>>(
    agent: string | AgentClass,
    name: string,
    { headers, ...options }:
      & Partial<AgentClientOptions<State>>
      & Pick<TestWebSocketOptions, "headers"> = {},
  ): AgentClient<A, State> {
    warnOfMisspeltClientOptions(options);
    return new AgentClient<A, State>({
      prefix: this.#prefix,
      fetch: (input, init) =>
        this.fetch(new Request(input, { headers, ...init })),
      WebSocket: class extends this.WebSocket {
        constructor(url: string, protocols?: string | string[]) {
          super(url, { protocols, headers });
        }
      } as unknown as WebSocketClass,
      ...options,
      agent: agentName(agent),
      name,
      host: ORIGIN,
    });
  }

  /** Sends an HTTP request: a path such as `/agents/chat-agent/lobby`, or a whole request. 404 where no agent matches. */
  async fetch(
    request: string | Request,
    init?: RequestInit,
  ): Promise<Response> {
    const whole = typeof request === "string"
      ? new Request(new URL(request, ORIGIN), init)
      : request;
    const answer = await this.#host.fetch(whole, undefined);
    return answer ?? new Response("Not found", { status: 404 });
  }

  /** A handle on an instance, as `serveAgents` has it. */
  getAgent<T extends Agent = Agent>(
    agent: string | (new (...args: never[]) => T),
    name: string,
    options?: GetAgentOptions,
  ): AgentHandle<T> {
    return this.#host.getAgent(agent, name, options);
  }

  /** Resolves when nothing is on its way and nothing goes on that needs neither time nor the outside. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await nextTurn();
      if (this.#network.isBusy) quiet = -1;
    }
  }

  /**
   * Ends the host and starts another one on the same storage. Clients see
   * 1012; with `crash` they see 1006, and what was not stored is lost.
   */
  async restart({ crash = false }: { crash?: boolean } = {}): Promise<void> {
    if (crash) { for (const connection of this.#connections) connection.cut(); }
    else await this.#end();
    this.clock.clear();
    this.#start();
    await this.settled();
  }

  /** Closes all connections with 1012, and resolves when the handlers are done. */
  async close(): Promise<void> {
    await this.#end();
    await this.#storage.end();
  }

  /** Closes, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Closes the host, and lets its time pass until it is closed: handlers that hang get their grace. */
  async #end(): Promise<void> {
    let isOver = false;
    const closing = this.#host.close().finally(() => isOver = true);
    while (!isOver) await this.clock.advance(STEP_MS);
    await closing;
  }

  get #prefix(): string {
    return this.#options.prefix ?? "agents";
  }

  #path(agent: string | AgentClass, name: string): string {
    const prefix = this.#prefix.replace(/^\/+|\/+$/g, "");
    return `/${prefix}/${kebabCase(agentName(agent))}/${
      encodeURIComponent(name)
    }`;
  }

  #start(): void {
    this.#connections.clear();
    const { onEvent, start: _, ...options } = this.#options;
    this.#host = createHost<MemoryConnection | undefined>(this.#classes, {
      ...options,
      storage: this.#storage.lend(),
      clock: this.clock,
      onEvent: (event) => {
        this.events.push(event);
        onEvent?.(event);
      },
    }, {
      upgrade: (_, events, connection) => {
        if (connection === undefined) throw new Refusal(426, "no WebSocket");
        connection.accept(events);
        this.#connections.add(connection);
        return undefined;
      },
    });
  }

  async #dial(
    request: Request,
    connection: MemoryConnection,
  ): Promise<Response | string> {
    const answer = await this.#host.fetch(request, connection);
    if (answer === null) return new Response("Not found", { status: 404 });
    if (answer !== undefined) return answer;
    return chosenSubprotocol(request.headers.get(SUBPROTOCOLS)) ?? "";
  }
}

/**
 * Serves `classes` to a test: no ports, no processes, and a clock that the
 * test advances. See {@linkcode TestHost}.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { createTestHost } from "@roam/agents/testing";
 *
 * class Chat extends Agent {}
 *
 * const host = createTestHost({ Chat });
 * await host.close();
 * ```
 */
export function createTestHost(
  classes: AgentClasses,
  options: TestHostOptions = {},
): TestHost {
  return new TestHost(classes, options);
}

function agentName(agent: string | AgentClass): string {
  return typeof agent === "string" ? agent : agent.name;
}
