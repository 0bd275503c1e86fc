import type { AgentAddress } from "../ports/storage.ts";
import type { Activity } from "./activity.ts";
import type { Stage } from "./events.ts";
import type { HostServices } from "./host_services.ts";
import { type ConnectionScope, enter, leave, type Scope } from "./scope.ts";
import { SerialQueue } from "./serial_queue.ts";
import { advise } from "./advice.ts";
import { byteSize } from "./socket_data.ts";
import { isThenable } from "./thenable.ts";
import { timed } from "./timed.ts";

/** A hook or a method of the class of a user. */
// deno-lint-ignore no-explicit-any -- any method of a user's class
export type Hook = (this: any, ...args: any[]) => unknown;

/** The hooks that are called without asking whether somebody wrote them. */
export interface Handlers {
  // deno-lint-ignore no-explicit-any -- what a connection is is no matter here
  onMessage(connection: any, message: string | ArrayBuffer): unknown;
  // deno-lint-ignore no-explicit-any -- the same
  onError(connection: any, error: unknown): unknown;
}

/** Whose handlers are called: the instance, which is also their scope when no connection is. */
export interface InvokerOwner extends Scope {
  readonly agent: Handlers;
  readonly address: AgentAddress;
  readonly host: HostServices;
  readonly activity: Activity;
}

/** Calls an agent's handlers, knows which still run, and sees to what they throw. */
export class Invoker {
  #owner: InvokerOwner;
  #queue: SerialQueue | undefined;

  constructor(owner: InvokerOwner, serial: boolean) {
    this.#owner = owner;
    if (serial) this.#queue = new SerialQueue();
  }

  /** Whether handlers run one after another. */
  get isSerial(): boolean {
    return this.#queue !== undefined;
  }

  /** Calls `onMessage`, at once. The hot path: no array, closure or promise of our own. */
  message(scope: ConnectionScope, data: string | ArrayBuffer): void {
    const { agent, host: { context, isObserved } } = this.#owner;
    const previous = enter(scope);
    try {
      const result: unknown = isObserved
        ? this.#observe(scope, data)
        : context === undefined
        ? agent.onMessage(scope.connection, data)
        : context.run(scope, () => agent.onMessage(scope.connection, data));
      if (isThenable(result)) this.#followMessage(scope, result, data);
    } catch (error) {
      this.fail("onMessage", error, scope);
    } finally {
      leave(previous);
    }
  }

  /** Calls `onMessage`, and reports it to whoever listens. Throws what it throws. */
  observed(scope: ConnectionScope, data: string | ArrayBuffer): unknown {
    const { agent, host, address } = this.#owner;
    if (!host.isObserved) return agent.onMessage(scope.connection, data);
    const { id: connection } = scope;
    const bytes = byteSize(data);
    return timed(
      host,
      () => agent.onMessage(scope.connection, data),
      (ms, failed) => (
        { type: "message", ...address, connection, bytes, ms, failed }
      ),
    );
  }

  /** Calls a handler. What it throws, or rejects with, goes to `onError`. */
  run(
    stage: Stage,
    scope: ConnectionScope | undefined,
    hook: Hook,
    ...args: unknown[]
  ): void {
    try {
      const result = this.call(scope ?? this.#owner, hook, ...args);
      this.#follow(stage, scope, result);
    } catch (error) {
      this.fail(stage, error, scope);
    }
  }

  /** Calls a handler in its turn, and returns what it returns. Throws what it throws. */
  call(scope: Scope, hook: Hook, ...args: unknown[]): unknown {
    if (this.#queue === undefined) return this.enter(scope, hook, args);
    return this.#queue.run(() => this.enter(scope, hook, args));
  }

  /** Runs `job` when it is its turn. */
  turn(job: () => unknown): unknown {
    return this.#queue === undefined ? job() : this.#queue.run(job);
  }

  /** Calls a method at once: a call that waits for a turn could wait for itself. */
  enter(scope: Scope, hook: Hook, args: readonly unknown[]): unknown {
    const { agent, host } = this.#owner;
    const previous = enter(scope);
    try {
      return host.context === undefined
        ? hook.apply(agent, args as unknown[])
        : host.context.run(scope, () => hook.apply(agent, args as unknown[]));
    } finally {
      leave(previous);
    }
  }

  /** Hands an error to the agent's `onError`, once, and to the host's `onEvent`. */
  fail(stage: Stage, error: unknown, scope?: ConnectionScope): void {
    advise(error);
    const { agent, host, address } = this.#owner;
    const connection = scope?.id;
    host.emit(() => ({ type: "failed", stage, ...address, connection, error }));
    if (stage === "onError") {
      console.error(`onError of agent ${address.agent} threw:`, error);
      return;
    }
    // An override with one parameter takes the error alone, as in Cloudflare's SDK.
    const args = agent.onError.length === 1
      ? [error]
      : [scope?.connection, error];
    try {
      const result = this.enter(scope ?? this.#owner, agent.onError, args);
      this.#follow("onError", scope, result);
    } catch (thrown) {
      this.fail("onError", thrown, scope);
    }
  }

  /** Calls `onMessage` for {@linkcode message}, and reports it. */
  #observe(scope: ConnectionScope, data: string | ArrayBuffer): unknown {
    const { host: { context } } = this.#owner;
    return context === undefined
      ? this.observed(scope, data)
      : context.run(scope, () => this.observed(scope, data));
  }

  #followMessage(
    scope: ConnectionScope,
    result: PromiseLike<unknown>,
    data: string | ArrayBuffer,
  ): void {
    const bytes = byteSize(data);
    const { activity } = this.#owner;
    activity.begin();
    scope.began(bytes);
    const end = () => {
      scope.finished(bytes);
      activity.end();
    };
    result.then(end, (error) => {
      this.fail("onMessage", error, scope);
      end();
    });
  }

  #follow(
    stage: Stage,
    scope: ConnectionScope | undefined,
    result: unknown,
  ): void {
    if (!isThenable(result)) return;
    const { activity } = this.#owner;
    activity.begin();
    result.then(
      () => activity.end(),
      (error) => {
        this.fail(stage, error, scope);
        activity.end();
      },
    );
  }
}
