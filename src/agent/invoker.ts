import { CloseCode } from "../protocol/close_codes.ts";
import type { Agent } from "./agent.ts";
import type { Stage } from "./events.ts";
import { Hold } from "./hold.ts";
import type { Instance } from "./instance.ts";
import type { Link } from "./link.ts";
import { enter, leave, type Scope } from "./scope.ts";
import { isThenable } from "./thenable.ts";
import { Turns } from "./turns.ts";

/** A hook or a method of the class of a user. */
// deno-lint-ignore no-explicit-any -- any method of a user's class
export type Hook = (this: Agent, ...args: any[]) => unknown;

/** Calls an agent's handlers, knows which still run, and sees to what they throw. */
export class Invoker {
  #instance: Instance;
  #running = 0;
  #turns: Turns | undefined;

  constructor(instance: Instance, serial: boolean) {
    this.#instance = instance;
    if (serial) this.#turns = new Turns();
  }

  /** Whether a handler waits for something. */
  get busy(): boolean {
    return this.#running > 0;
  }

  /** Calls `onMessage`. The hot path: no array, closure or promise of our own. */
  message(link: Link, data: string | ArrayBuffer): void {
    const { agent, home } = this.#instance;
    if (this.#turns !== undefined) return this.#queue(link, data);
    if (home.context !== undefined) {
      return this.run(
        "onMessage",
        link,
        agent.onMessage,
        link.connection,
        data,
      );
    }
    const previous = enter(link);
    try {
      const result: unknown = agent.onMessage(link.connection, data);
      if (result !== undefined) this.#follow("onMessage", link, result);
    } catch (error) {
      this.fail("onMessage", error, link);
    } finally {
      leave(previous);
    }
  }

  /** Calls a handler. What it throws, or rejects with, goes to `onError`. */
  run(
    stage: Stage,
    link: Link | undefined,
    hook: Hook,
    ...args: unknown[]
  ): void {
    try {
      const scope = link ?? this.#instance;
      this.#follow(stage, link, this.call(scope, hook, ...args));
    } catch (error) {
      this.fail(stage, error, link);
    }
  }

  /** Calls a handler in its turn, and returns what it returns. Throws what it throws. */
  call(scope: Scope, hook: Hook, ...args: unknown[]): unknown {
    if (this.#turns === undefined) return this.enter(scope, hook, args);
    return this.#turns.run(() => this.enter(scope, hook, args));
  }

  /** Whether handlers run one after another. */
  get isSerial(): boolean {
    return this.#turns !== undefined;
  }

  /** Runs `job` when it is its turn. */
  turn(job: () => unknown): unknown {
    return this.#turns === undefined ? job() : this.#turns.run(job);
  }

  /** Keeps the instance in memory until `promise` has settled. */
  async keep<T>(promise: PromiseLike<T>): Promise<T> {
    this.begin();
    try {
      return await promise;
    } finally {
      this.end();
    }
  }

  begin(): void {
    this.#running++;
  }

  end(): void {
    this.#running--;
    this.#instance.rest();
  }

  /** Hands an error to the agent's `onError`, once, and to the host's `onEvent`. */
  fail(stage: Stage, error: unknown, link?: Link): void {
    const { agent, home, kind, name } = this.#instance;
    const connection = link?.id;
    home.emit(() => ({
      type: "failed",
      stage,
      agent: kind.className,
      name,
      connection,
      error,
    }));
    if (stage === "onError") {
      console.error(`onError of agent ${kind.className} threw:`, error);
      return;
    }
    const scope = link ?? this.#instance;
    // An override with one parameter takes the error alone, as in Cloudflare's SDK.
    const args = agent.onError.length === 1
      ? [error]
      : [link?.connection, error];
    try {
      const result = this.enter(scope, agent.onError, args);
      this.#follow("onError", link, result);
    } catch (thrown) {
      this.fail("onError", thrown, link);
    }
  }

  /** Has the message wait for its turn, within the bounds of a handshake. */
  #queue(link: Link, data: string | ArrayBuffer): void {
    const { agent, home } = this.#instance;
    const hold = link.queue ??= new Hold(home.limits);
    if (!hold.keepIncoming(data)) {
      return link.cut(CloseCode.OVERLOAD, "too many messages waiting");
    }
    this.run("onMessage", link, () => {
      const next = hold.takeIncoming();
      if (!link.isShut) return agent.onMessage(link.connection, next);
    });
  }

  /** Calls a method at once: a call that waits for a turn could wait for itself. */
  enter(scope: Scope, hook: Hook, args: readonly unknown[]): unknown {
    const { agent, home } = this.#instance;
    const previous = enter(scope);
    try {
      return home.context === undefined
        ? hook.apply(agent, args as unknown[])
        : home.context.run(scope, () => hook.apply(agent, args as unknown[]));
    } finally {
      leave(previous);
    }
  }

  #follow(stage: Stage, link: Link | undefined, result: unknown): void {
    if (!isThenable(result)) return;
    this.begin();
    result.then(
      () => this.end(),
      (error) => {
        this.fail(stage, error, link);
        this.end();
      },
    );
  }
}
