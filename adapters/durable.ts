import type { AgentClass, AgentContext } from "../src/agent/agent.ts";
import { callTable } from "../src/agent/call_table.ts";
import { Home, type HomeOptions } from "../src/agent/home.ts";
import { type AgentKind, Instance } from "../src/agent/instance.ts";
import { Link } from "../src/agent/link.ts";
import { answerRequest } from "../src/agent/requests.ts";
import { answerCall } from "./durable_call.ts";
import { markOf, unmarked } from "./durable_mark.ts";
import type { Attachment } from "../src/ports/socket.ts";
import { PING, PONG } from "../src/protocol/state_frames.ts";
import {
  DurableObjectStorage,
  type ObjectStorage,
} from "../storage/durable_object.ts";
import { kebabCase } from "../src/protocol/agent_name.ts";
import {
  answerClose,
  SocketOfWorker,
  type WorkerSocket,
} from "./worker_socket.ts";

/** The part of a `DurableObjectState` that the adapter uses. */
export interface DurableContext extends AgentContext {
  /** The object's own storage. */
  readonly storage: ObjectStorage;
  /** Hands a socket to the runtime, which keeps it while the object hibernates. */
  acceptWebSocket(socket: WorkerSocket): void;
  /** The sockets that were handed over and are still there. */
  getWebSockets(): WorkerSocket[];
  /** Has the runtime answer a text by itself, without waking the object. */
  setWebSocketAutoResponse(pair: unknown): void;
}

/** A Durable Object class, for the Worker to export. */
export interface DurableAgentClass {
  /** Called by the runtime. */
  new (ctx: DurableContext, env: unknown): DurableAgent;
  /** The class it was made of. */
  readonly agentClass: AgentClass;
  /**
   * Tells the class what it is registered as, and the options of
   * `serveAgents`; those of `durable` go first. Each object hands its
   * bindings to `bindings`: it may live where the Worker has no requests.
   */
  register(
    className: string,
    options: HomeOptions,
    bindings: (env: unknown) => void,
  ): void;
}

/** The handlers the runtime calls. */
export interface DurableAgent {
  /** A request from the Worker, upgrade or not. */
  fetch(request: Request): Promise<Response>;
  /** A message of a client. */
  webSocketMessage(socket: WorkerSocket, data: string | ArrayBuffer): void;
  /** A client closed, or answered a close. */
  webSocketClose(
    socket: WorkerSocket,
    code: number,
    reason: string,
    wasClean: boolean,
  ): void;
  /** A connection broke. */
  webSocketError(socket: WorkerSocket, error: unknown): void;
}

// Of the Workers runtime alone.
declare const WebSocketPair: new () => { 0: WorkerSocket; 1: WorkerSocket };
declare const WebSocketRequestResponsePair: new (
  request: string,
  response: string,
) => unknown;

/**
 * Makes a Durable Object class of an agent class. It is a plain class: its
 * Worker needs no import of the platform. `options` are `limits`, `onEvent`
 * and `context`; by default those that `serveAgents` is called with.
 */
export function durable(
  agentClass: AgentClass,
  options?: HomeOptions,
): DurableAgentClass {
  const { name } = agentClass;
  callTable(agentClass);
  let kind = { className: name, agentName: kebabCase(name), agentClass };
  let homeOptions = options;
  let tellBindings: ((env: unknown) => void) | undefined;
  return class implements DurableAgent {
    static readonly agentClass = agentClass;
    static register(
      className: string,
      served: HomeOptions,
      bindings: (env: unknown) => void,
    ): void {
      tellBindings = bindings;
      kind = {
        className,
        agentName: kebabCase(name || className),
        agentClass,
      };
      homeOptions ??= served;
    }
    #ctx: DurableContext;
    #home: ObjectHome;
    #pings = false;
    #links = new WeakMap<WorkerSocket, Link>();

    constructor(ctx: DurableContext, env: unknown) {
      this.#ctx = ctx;
      tellBindings?.(env);
      this.#home = new ObjectHome(homeOptions ?? {}, kind, ctx, env);
      for (const socket of ctx.getWebSockets()) this.#restore(socket);
    }

    async fetch(request: Request): Promise<Response> {
      const instance = this.#home.latest();
      const mark = markOf(request);
      if (mark !== undefined) {
        instance.offer(mark.props);
        if (mark.call) return await answerCall(instance, request, mark.call);
        request = unmarked(request);
      }
      const upgrade = request.headers.get("upgrade")?.toLowerCase();
      if (upgrade !== "websocket") {
        return await answerRequest(instance, request);
      }
      const { 0: client, 1: socket } = new WebSocketPair();
      const link = new Link(instance, request.url, { request });
      this.#ctx.acceptWebSocket(socket);
      if (link.extended) this.#answerPings();
      this.#links.set(socket, link);
      link.open(new SocketOfWorker(socket));
      return upgraded(client, request);
    }

    webSocketMessage(socket: WorkerSocket, data: string | ArrayBuffer): void {
      this.#links.get(socket)?.receive(data);
    }

    webSocketClose(
      socket: WorkerSocket,
      code: number,
      reason: string,
      wasClean: boolean,
    ): void {
      answerClose(socket, code, reason);
      this.#links.get(socket)?.closed(code, reason, wasClean);
    }

    webSocketError(socket: WorkerSocket): void {
      this.#links.get(socket)?.closed(1006, "", false);
    }

    /** For all sockets of the object: the runtime knows no difference. */
    #answerPings(): void {
      if (this.#pings) return;
      this.#pings = true;
      const pair = new WebSocketRequestResponsePair(PING, PONG);
      this.#ctx.setWebSocketAutoResponse(pair);
    }

    #restore(socket: WorkerSocket): void {
      const kept = socket.deserializeAttachment() as Attachment | null;
      // The object was lost in the middle of a handshake.
      if (kept === null) return socket.close(1012, "restarting");
      const link = new Link(this.#home.latest(), kept.uri);
      this.#links.set(socket, link);
      link.restore(new SocketOfWorker(socket), kept);
    }
  };
}

/** The home of one instance: the platform evicts, so nothing here does. */
class ObjectHome extends Home {
  #create: () => Instance;
  #current: Instance | undefined;

  constructor(
    options: HomeOptions,
    kind: AgentKind,
    ctx: DurableContext,
    env: unknown,
  ) {
    super({ ...options, storage: new DurableObjectStorage(ctx.storage) });
    const name = ctx.id.name ?? ctx.id.toString();
    this.#create = () => new Instance(this, kind, name, ctx, env);
    this.latest();
  }

  override latest(): Instance {
    return this.#current ??= this.#create();
  }

  override discard(instance: Instance): void {
    if (this.#current !== instance) return;
    this.#current = undefined;
    instance.dispose();
  }
}

function upgraded(webSocket: WorkerSocket, request: Request): Response {
  const offered = request.headers.get("sec-websocket-protocol");
  const init = { status: 101, webSocket, headers: {} };
  // A browser gives up unless one that it offered is chosen.
  if (offered !== null) {
    const [first] = offered.split(",", 1);
    init.headers = { "Sec-WebSocket-Protocol": first.trim() };
  }
  return new Response(null, init);
}
