import { CloseCode } from "../protocol/close_codes.ts";
import type { AgentAddress, Storage } from "../ports/storage.ts";
import type { CallTable } from "../calls/call_table.ts";
import { Calls } from "../calls/calls.ts";
import { Connections } from "../connections/connections.ts";
import type { Link } from "../connections/link.ts";
import { Database } from "../durability/database.ts";
import type { Outbox } from "../durability/outbox.ts";
import { PendingWrites } from "../durability/pending_writes.ts";
import { MessageLog } from "../log/message_log.ts";
import type { SocketData } from "../ports/socket.ts";
import { Presence } from "../presence/presence.ts";
import { Activity } from "../runtime/activity.ts";
import { Invoker } from "../runtime/invoker.ts";
import { hasMoved } from "../runtime/moved.ts";
import { Parts, PartTable } from "../runtime/parts.ts";
import type { Scope } from "../runtime/scope.ts";
import { assertSendable } from "../runtime/socket_data.ts";
import { Schedules } from "../schedules/schedules.ts";
import { SharedState } from "../state/shared_state.ts";
import type { Agent, AgentBackend, AgentContext } from "./agent.ts";
import { type AgentKind, callTable } from "./agent_kind.ts";
import { constructAgent } from "./construct_agent.ts";
import { catchUp, greet } from "./greeting.ts";
import { type AgentHooks, hooksOf } from "./hooks.ts";
import type { HostContext } from "./host_context.ts";
import { InstanceContext } from "./instance_context.ts";
import { Starter } from "./starter.ts";

/** The features of an instance, in the order in which they are told what happens. */
const PARTS = new PartTable<Instance>([
  SharedState,
  Calls,
  Presence,
  Database,
  Schedules,
  MessageLog,
]);

const ELSEWHERE = "another process has the instance now";

/** Who keeps instances, and what these share. */
export interface InstanceHost extends HostContext {
  /** The instance that `instance` is now, if it has left memory meanwhile; `undefined` when there is no room for it. */
  latest(instance: Instance): Instance | undefined;
  /** The instance is of no use any more: the next request makes a new one. */
  discard(instance: Instance): void;
  /** The instance has neither connections nor work now. */
  vacant(instance: Instance): void;
  /** The instance is needed again. */
  occupied(instance: Instance): void;
}

/**
 * One living agent: the user's object, its parts, and what they need of each
 * other. Here is no feature: each is in the room of its part.
 */
export class Instance implements Scope, AgentBackend {
  readonly host: InstanceHost;
  readonly kind: AgentKind;
  readonly name: string;
  readonly agent: Agent;
  readonly callTable: CallTable;
  readonly activity: Activity;
  readonly invoker: Invoker;
  readonly parts: Parts<Instance, Link>;
  /** What it broadcasts is logged. */
  readonly hasLog: boolean;
  state: SharedState;
  hooks: AgentHooks;
  /** It has left memory; timers of the user's object may still run. */
  hasLeft = false;
  /** Until it has started. */
  #starter: Starter | undefined;
  /** Made when somebody connects, or the agent looks for connections. */
  #connections: Connections | undefined;
  /** Made with the first write. */
  #writes: PendingWrites | undefined;

  constructor(
    host: InstanceHost,
    kind: AgentKind,
    name: string,
    ctx: AgentContext | undefined,
    env: unknown,
  ) {
    const { agentClass } = kind;
    this.host = host;
    this.kind = kind;
    this.name = name;
    this.callTable = callTable(agentClass);
    this.activity = new Activity(this);
    this.invoker = new Invoker(this, agentClass.options?.serial === true);
    this.hasLog = agentClass.options?.log !== undefined;
    this.parts = new Parts<Instance, Link>(this, PARTS);
    this.state = this.parts.get(SharedState);
    this.#starter = new Starter(this);
    const context = ctx ?? new InstanceContext(this);
    this.agent = constructAgent(this, () => new agentClass(context, env));
    this.hooks = hooksOf(this.agent);
  }

  get address(): AgentAddress {
    return { agent: this.kind.className, name: this.name };
  }

  get connections(): Connections {
    return this.#connections ??= new Connections(this);
  }

  get storage(): Storage {
    return this.host.commits.storage;
  }

  get writes(): PendingWrites {
    return this.#writes ??= new PendingWrites(this, this.host.commits);
  }

  get outbox(): Outbox | undefined {
    return this.#writes?.outbox;
  }

  /** The log of an agent that has one. */
  get log(): MessageLog | undefined {
    return this.hasLog ? this.parts.get(MessageLog) : undefined;
  }

  get logOffset(): number | undefined {
    return this.log?.offset;
  }

  /** See {@linkcode PendingWrites.durable}. */
  durable(): Promise<void> | undefined {
    return this.#writes?.durable();
  }

  // How it comes into memory, and leaves it.

  /** Whether `onStart` is done. */
  get isStarted(): boolean {
    return this.#starter === undefined;
  }

  /** See {@linkcode Starter.offer}. */
  offer(props: unknown): void {
    this.#starter?.offer(props);
  }

  /** See {@linkcode Starter.start}. */
  start(): Promise<void> | undefined {
    return this.#starter?.start();
  }

  started(): void {
    const { address, host } = this;
    this.#starter = undefined;
    // It may have given itself some.
    this.hooks = hooksOf(this.agent);
    host.emit(() => ({ type: "started", ...address }));
  }

  stuck(why: string): void {
    this.parts.evict(why);
    const discard = () => this.host.discard(this);
    // The next instance begins with what this one has written so far.
    const durable = this.durable();
    if (durable === undefined) discard();
    else durable.then(discard, discard);
  }

  busy(): void {
    this.host.occupied(this);
  }

  idle(): void {
    this.host.vacant(this);
  }

  latest(): Instance | undefined {
    return this.host.latest(this);
  }

  /** The instance has left memory. What is left of it must not write over what its successor writes. */
  dispose(): void {
    this.parts.evict("the instance has left memory");
  }

  /**
   * The instance has left memory as it had nothing to do. Its object may have
   * set a timer: what it asks for then, `successor` has, which may be itself.
   */
  leave(successor: () => Instance): void {
    this.dispose();
    this.hasLeft = true;
    this.parts.leave(() => successor().parts);
  }

  /** Takes up its life where the store says that it is; `false` where that takes time. */
  comeBack(): boolean {
    this.parts.renew();
    const loading = this.parts.start();
    if (loading !== undefined) {
      loading.then(undefined, () => {});
      this.dispose();
      return false;
    }
    this.hasLeft = false;
    this.state = this.parts.get(SharedState);
    return true;
  }

  /** Its object wants to tell those who are connected, but may not speak for them any more. */
  refuseLate(what: string): void {
    const why = "the instance has left memory, and another has taken its place";
    this.uncaught(new Error(`Cannot ${what}: ${why}`));
  }

  /** What was written could not be stored: the next use begins with what is. */
  lost(error: unknown, waiting: Outbox): void {
    const isElsewhere = hasMoved(error);
    const why = isElsewhere ? ELSEWHERE : "its last change could not be stored";
    this.parts.evict(why);
    // Elsewhere clients come back and find it there.
    const [code, reason] = isElsewhere
      ? [CloseCode.RESTART, "restarting"] as const
      : [CloseCode.INTERNAL, "internal error"] as const;
    waiting.drop(code, reason);
    if (!isElsewhere) this.invoker.fail("commit", error);
    this.connections.cutAll(code, reason);
    this.host.discard(this);
  }

  /** Another process has it, or will: its connections, if it has some, are not its own any more. */
  part(): void {
    this.parts.evict(ELSEWHERE);
    this.hasLeft = true;
    this.host.discard(this);
  }

  /** Whether its connections may go to another process: nothing runs, or is not on disk. */
  get isSettled(): boolean {
    return !this.isWorking && this.outbox === undefined;
  }

  /** The host closes: no part begins anything any more. */
  shutDown(): void {
    this.parts.shutDown();
  }

  /** Whether a handler, a call or an answer is not done; to have connections is no work. */
  get isWorking(): boolean {
    const writes = this.outbox === undefined ? 0 : 1;
    const connections = this.#connections?.count ?? 0;
    return this.activity.count > connections + writes;
  }

  // What the user's object asks for.

  async destroy(): Promise<void> {
    this.parts.evict("the agent is destroyed");
    this.writes.save();
    await this.writes.durable();
    this.parts.destroy();
    this.connections.closeAll(CloseCode.GOING_AWAY, "destroyed");
    this.host.discard(this);
  }

  /** Sends to all but those `without`, once it is logged if it has to be. */
  broadcast(
    data: SocketData,
    without?: readonly string[],
    isEvent?: boolean,
  ): void {
    assertSendable(data);
    if (without?.some?.((id) => typeof id !== "string")) {
      throw new TypeError("Cannot broadcast: without must list ids");
    }
    this.log?.append(data, without);
    this.connections.broadcast(data, without, isEvent);
  }

  waitUntil(promise: Promise<unknown>): void {
    this.activity.keep(promise).catch((error) =>
      this.invoker.fail("waitUntil", error)
    );
  }

  uncaught(error: unknown): void {
    this.invoker.fail("uncaught", error);
  }

  greet(link: Link): void {
    greet(this, link);
  }

  catchUp(link: Link): void {
    catchUp(this, link);
  }
}
