import { queryValue } from "../protocol/address.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import {
  identityFrame,
  mayBeClientFrame,
  MCP_SERVERS_FRAME,
} from "../protocol/frames.ts";
import { PING, PONG } from "../protocol/state_frames.ts";
import type { SocketData } from "../ports/socket.ts";
import type { AgentAddress } from "../ports/storage.ts";
import { Agent, type AgentClass, type AgentContext } from "./agent.ts";
import { giveBirth } from "./birth.ts";
import { Broadcast } from "./broadcast.ts";
import { type CallTable, callTable } from "./call_table.ts";
import { answerClientFrame } from "./client_frames.ts";
import { Connections } from "./connections.ts";
import { Database } from "./database.ts";
import type { ConnectionEvent } from "./events.ts";
import type { Home } from "./home.ts";
import { Invoker } from "./invoker.ts";
import type { End, Link } from "./link.ts";
import type { Outbox } from "./outbox.ts";
import type { Scope } from "./scope.ts";
import { StateClients } from "./state_clients.ts";
import { StateKeeper } from "./state.ts";
import { Starter, type StartFailure } from "./starter.ts";

/** What all instances of a class have in common. */
export interface AgentKind {
  /** The name the class is registered under. */
  readonly className: string;
  /** What the identity frame calls it. */
  readonly agentName: string;
  readonly agentClass: AgentClass;
}

/** One living agent: its parts, and the order in which a connection meets them. */
export class Instance implements Scope {
  readonly home: Home;
  readonly kind: AgentKind;
  readonly name: string;
  readonly agent: Agent;
  readonly invoker: Invoker;
  readonly connections = new Connections();
  readonly callTable: CallTable;
  readonly state = new StateKeeper(this);
  /** What waits for a commit; nothing does when there is none. */
  outbox: Outbox | undefined;
  #starter = new Starter(this);
  #clients: StateClients | undefined;
  #database: Database | undefined;
  #broadcast: Broadcast | undefined;
  /** Connections that have not ended, also those that are closing. */
  #links = 0;

  constructor(
    home: Home,
    kind: AgentKind,
    name: string,
    ctx: AgentContext | undefined,
    env: unknown,
  ) {
    this.home = home;
    this.kind = kind;
    this.name = name;
    const { agentClass } = kind;
    this.callTable = callTable(agentClass);
    this.invoker = new Invoker(this, agentClass.options?.serial === true);
    const context = ctx ?? new InstanceContext(this);
    this.agent = giveBirth(this, () => new agentClass(context, env));
  }

  /** Whether a hook takes the upgrade request. */
  get readsRequest(): boolean {
    const { agent } = this;
    const base = Agent.prototype;
    return agent.onConnect !== base.onConnect ||
      agent.getConnectionTags !== base.getConnectionTags ||
      agent.shouldConnectionBeReadonly !== base.shouldConnectionBeReadonly ||
      agent.shouldSendProtocolMessages !== base.shouldSendProtocolMessages;
  }

  // Parts of which most instances in memory have no use.

  get clients(): StateClients {
    return this.#clients ??= new StateClients(this);
  }

  get database(): Database {
    return this.#database ??= new Database(this);
  }

  get isVacant(): boolean {
    return this.#links === 0 && !this.invoker.busy &&
      this.outbox === undefined;
  }

  get address(): AgentAddress {
    return { agent: this.kind.className, name: this.name };
  }

  /** See {@linkcode Starter.start}. */
  start(): Promise<void> | undefined {
    return this.#starter.start();
  }

  /** See {@linkcode Starter.offer}. */
  offer(props: unknown): void {
    this.#starter.offer(props);
  }

  /** A socket was opened: it waits for the start, then shakes hands. */
  connect(link: Link): void {
    this.connections.add(link, queryValue(link.uri, "_pk"));
    this.#admit(link, () => link.handshake?.begin());
  }

  /** A socket that outlived the instance's time in memory. */
  restore(link: Link): void {
    this.connections.restore(link);
    this.#admit(link, () => link.handshake?.resume());
  }

  message(link: Link, data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      if (data.length === PING.length && link.extended && data === PING) {
        return link.transmit(PONG);
      }
      if (mayBeClientFrame(data) && answerClientFrame(link, data)) return;
    }
    this.invoker.message(link, data);
  }

  broadcast(data: SocketData, without?: readonly string[]): void {
    this.#broadcast ??= new Broadcast(this);
    this.#broadcast.send(data, without);
  }

  /** The connection is accepted: sends it the library's first frames. */
  greet(link: Link): void {
    this.report(link, "connected");
    this.#broadcast?.join(link);
    link.informed = true;
    this.clients.hello(link);
    if (!link.protocol) return;
    const { agentClass, agentName } = this.kind;
    if (agentClass.options?.sendIdentityOnConnect !== false) {
      const hasState = this.state.text !== undefined;
      link.write(identityFrame(this.name, agentName, hasState));
    }
    this.clients.send(link);
    link.write(MCP_SERVERS_FRAME);
  }

  /** What was written up to this commit is durable. */
  committed(ticket: number): void {
    const outbox = this.outbox!;
    if (outbox.ticket === ticket) this.outbox = undefined;
    outbox.release(ticket);
    this.rest();
  }

  /** What was written could not be stored: the next use begins with what is. */
  lost(error: unknown): void {
    const { outbox } = this;
    this.outbox = undefined;
    this.state.end("its last change could not be stored");
    outbox?.drop();
    this.invoker.fail("commit", error);
    for (const link of [...this.connections.links()]) {
      link.cut(CloseCode.INTERNAL, "internal error");
    }
    this.home.discard(this);
  }

  /** The instance has left memory. What is left of it must not write over what its successor writes. */
  dispose(why = "the instance has left memory"): void {
    this.state.end(why);
    this.database.close(why);
  }

  /** This side closes the connection, and waits for the peer. */
  closing(link: Link): void {
    this.connections.delete(link);
    this.home.closing.add(link);
    link.calls?.cancelAll();
  }

  /** The connection's socket is gone. */
  left(link: Link): void {
    this.connections.delete(link);
    this.home.closing.delete(link);
    this.home.connections--;
    link.calls?.cancelAll();
  }

  /** The connection has ended, and everything that comes before `onClose` has happened. */
  ended(link: Link, { code, reason, wasClean }: End): void {
    this.#links--;
    if (link.greeted) {
      const { connection } = link;
      const { onClose } = this.agent;
      if (onClose !== Agent.prototype.onClose) {
        this.invoker.run(
          "onClose",
          link,
          onClose,
          connection,
          code,
          reason,
          wasClean,
        );
      }
      this.report(link, "disconnected", code);
    }
    this.rest();
  }

  /** Closes what is open, and rests when that is done. */
  shutDown(): void {
    for (const link of [...this.connections.links()]) {
      link.close(CloseCode.RESTART, "restarting");
    }
    this.rest();
  }

  /** Tells the host when there is nothing left to do. */
  rest(): void {
    if (this.isVacant) this.home.vacant(this);
  }

  report(
    link: Link,
    type: ConnectionEvent["type"],
    code?: number,
    reason?: string,
  ): void {
    this.home.emit(() => ({
      type,
      agent: this.kind.className,
      name: this.name,
      connection: link.id,
      code,
      reason,
    }));
  }

  waitUntil(promise: Promise<unknown>): void {
    this.invoker.keep(promise).catch((error) =>
      this.invoker.fail("waitUntil", error)
    );
  }

  #admit(link: Link, next: () => void): void {
    const { home } = this;
    this.#links++;
    home.connections++;
    home.occupied(this);
    if (this.#links > home.limits.connectionsPerInstance) {
      return link.cut(CloseCode.OVERLOAD, "too many connections");
    }
    const starting = this.start();
    if (starting === undefined) return next();
    starting.then(next, ({ code, message }: StartFailure) => {
      link.cut(code, message);
      link.handshake?.cancel();
    });
  }
}

/** The context of an agent where the platform has none. */
class InstanceContext implements AgentContext {
  #instance: Instance;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  get id(): AgentContext["id"] {
    const { name } = this.#instance;
    return { name, toString: () => name };
  }

  waitUntil(promise: Promise<unknown>): void {
    this.#instance.waitUntil(promise);
  }
}
