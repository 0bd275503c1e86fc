import type { AgentClass } from "../src/agent/agent.ts";
import type { InstanceHostOptions } from "../src/agent/host_context.ts";
import { agentKind } from "../src/agent/agent_kind.ts";
import { expirations } from "../src/connections/expirations.ts";
import { Link } from "../src/connections/link.ts";
import { connect, Resumption } from "../src/connections/resumption.ts";
import { answerRequest } from "../src/agent/requests.ts";
import type { DurableContext } from "./durable_context.ts";
import { ObjectHost } from "./object_host.ts";
import { Pulse } from "./durable_pulse.ts";
import { answerCall } from "./durable_call.ts";
import { addMethods } from "./durable_methods.ts";
import { isMarked, markOf, unmarked } from "./durable_mark.ts";
import type { Attachment } from "../src/ports/socket.ts";
import {
  chosenSubprotocol,
  SUBPROTOCOLS,
} from "../src/protocol/subprotocol.ts";
import { PING, PONG } from "../src/protocol/heartbeat.ts";
import {
  answerClose,
  SocketOfWorker,
  type WorkerSocket,
} from "./worker_socket.ts";

export type { DurableContext };

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
    options: InstanceHostOptions,
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
  /** It is time for what was scheduled. */
  alarm(): Promise<void>;
}

// Of the Workers runtime alone.
declare const WebSocketPair: new () => { 0: WorkerSocket; 1: WorkerSocket };
declare const WebSocketRequestResponsePair: new (
  request: string,
  response: string,
) => unknown;

/** Options of {@linkcode durable}. What is not there is taken from `serveAgents`. */
export interface DurableOptions extends InstanceHostOptions {
  /**
   * The platform's own `DurableObject`, of `cloudflare:workers`: its stubs
   * then have the public methods of the agent, as `env.Chat.get(id).setOwner()`.
   * Default none.
   */
  // deno-lint-ignore no-explicit-any -- the platform's own types say more
  base?: new (ctx: any, env: any) => object;
}

/**
 * Makes a Durable Object class of an agent class. It is a plain class: its
 * Worker needs no import of the platform, unless `options.base` is to have
 * one. The other options are `limits`, `onEvent` and `context`; by default
 * those that `serveAgents` is called with.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { durable, serveAgents } from "@roam/agents/workers";
 *
 * class Chat extends Agent {}
 *
 * export const ChatAgent = durable(Chat);
 * export default serveAgents({ ChatAgent });
 * ```
 */
export function durable(
  agentClass: AgentClass,
  { base, ...own }: DurableOptions = {},
): DurableAgentClass {
  const Base = base ?? Object as unknown as NonNullable<typeof base>;
  let kind = agentKind(agentClass?.name ?? "", agentClass);
  let isNamed = false;
  let hostOptions: InstanceHostOptions | undefined = Object.keys(own).length > 0
    ? own
    : undefined;
  let tellBindings: ((env: unknown) => void) | undefined;
  return class extends Base implements DurableAgent {
    static readonly agentClass = agentClass;
    static register(
      className: string,
      served: InstanceHostOptions,
      bindings: (env: unknown) => void,
    ): void {
      tellBindings = bindings;
      isNamed = true;
      kind = agentKind(className, agentClass);
      hostOptions ??= served;
    }
    #ctx: DurableContext;
    #host: ObjectHost;
    #pings = false;
    #pulse: Pulse;
    #sockets = new WeakMap<WorkerSocket, Link | Resumption>();
    /** Closed by this side before the object left memory, and not yet by their peers. */
    #silent = new WeakSet<WorkerSocket>();

    static {
      if (base !== undefined) {
        addMethods(
          this,
          agentClass,
          (object) => (object as typeof this.prototype).#host.latest(),
        );
      }
    }

    constructor(ctx: DurableContext, env: unknown) {
      super(ctx, env);
      this.#ctx = ctx;
      this.#pulse = new Pulse(
        ctx,
        (socket) => linkOf(this.#sockets.get(socket)),
      );
      tellBindings?.(env);
      if (!isNamed) {
        // An app that routes by itself registers nothing, and minifiers rename classes.
        const name = bindingOf(ctx, env);
        if (name !== undefined) kind = agentKind(name, agentClass);
        isNamed = true;
      }
      this.#host = new ObjectHost(hostOptions ?? {}, kind, ctx, env);
      for (const socket of ctx.getWebSockets()) this.#restore(socket);
    }

    async fetch(request: Request): Promise<Response> {
      const instance = this.#host.latest();
      this.#beat();
      const mark = markOf(request, this.#ctx.id);
      instance.offer(mark?.props);
      if (mark?.call) return await answerCall(instance, request, mark.call);
      if (isMarked(request)) request = unmarked(request);
      const data = mark?.data;
      const upgrade = request.headers.get("upgrade")?.toLowerCase();
      if (upgrade !== "websocket") {
        const answer = await answerRequest(instance, request, data);
        return request.method === "HEAD" ? withoutBody(answer) : answer;
      }
      const { 0: client, 1: socket } = new WebSocketPair();
      const events = connect(instance, request.url, { request, data });
      this.#ctx.acceptWebSocket(socket);
      if (events instanceof Resumption || events.extended) this.#answerPings();
      this.#sockets.set(socket, events);
      events.open(new SocketOfWorker(socket));
      return upgraded(client, request);
    }

    webSocketMessage(socket: WorkerSocket, data: string | ArrayBuffer): void {
      this.#beat(socket);
      this.#sockets.get(socket)?.receive(data);
    }

    webSocketClose(
      socket: WorkerSocket,
      code: number,
      reason: string,
      wasClean: boolean,
    ): void {
      answerClose(socket, code, reason);
      this.#closed(socket, code, reason, wasClean);
    }

    webSocketError(socket: WorkerSocket): void {
      this.#closed(socket, 1006, "", false);
    }

    #closed(
      socket: WorkerSocket,
      code: number,
      reason: string,
      wasClean: boolean,
    ): void {
      this.#sockets.get(socket)?.closed(code, reason, wasClean);
      if (!this.#silent.delete(socket)) return;
      this.#host.latest().connections.released();
    }

    alarm(): Promise<void> {
      this.#host.shared(expirations).run();
      return this.#host.alarm.ring(this.#host.latest());
    }

    /** Something happens; first ends what should have ended before. */
    #beat(socket?: WorkerSocket): void {
      this.#host.shared(expirations).run();
      this.#pulse.beat(socket);
    }

    /** For all sockets of the object: the runtime knows no difference. */
    #answerPings(): void {
      if (this.#pings) return;
      this.#pings = true;
      const pair = new WebSocketRequestResponsePair(PING, PONG);
      this.#ctx.setWebSocketAutoResponse(pair);
    }

    #restore(socket: WorkerSocket): void {
      // This side has closed it, and the peer has not answered: nothing of it is heard any more.
      if (socket.readyState !== 1) {
        this.#silent.add(socket);
        return this.#host.latest().connections.lingers();
      }
      const kept = socket.deserializeAttachment() as Attachment | null;
      // The object was lost in the middle of a handshake.
      if (kept === null) return socket.close(1012, "restarting");
      const link = new Link(this.#host.latest(), kept.uri);
      this.#sockets.set(socket, link);
      link.restore(new SocketOfWorker(socket), kept);
    }
  };
}

/** The connection of a socket, if it is known. */
function linkOf(events: Link | Resumption | undefined): Link | undefined {
  return events instanceof Resumption ? events.link : events;
}

function upgraded(webSocket: WorkerSocket, request: Request): Response {
  const init = { status: 101, webSocket, headers: {} };
  const protocol = chosenSubprotocol(request.headers.get(SUBPROTOCOLS));
  if (protocol !== undefined) {
    init.headers = { "Sec-WebSocket-Protocol": protocol };
  }
  return new Response(null, init);
}

/** What is answered to `HEAD`: of a body that is there the runtime reads all, however long that takes, before it answers. */
function withoutBody(answer: Response): Response {
  if (answer.body === null) return answer;
  answer.body.cancel().catch(() => {});
  return new Response(null, answer);
}

/** The name of the binding that leads to this object. */
function bindingOf({ id }: DurableContext, env: unknown): string | undefined {
  const { name } = id;
  if (name === undefined) return undefined;
  const bindings = Object.entries(Object(env) as Record<string, unknown>);
  return bindings.find(([, binding]) => {
    const namespace = binding as { idFromName?(name: string): unknown } | null;
    return typeof namespace?.idFromName === "function" &&
      String(namespace.idFromName(name)) === String(id);
  })?.[0];
}
