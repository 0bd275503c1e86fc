import type { AgentNamespace, AgentStub } from "../src/host/agent_namespace.ts";
import type { HandleTarget } from "../src/host/handle.ts";
import { callStub } from "./durable_call.ts";
import { marked } from "./durable_mark.ts";
import { type RoutingRetryOptions, withRetries } from "./routing_retry.ts";

/** How to reach an instance through its binding. */
export interface AgentGetOptions<Props extends object = object> {
  /** The jurisdiction that a Durable Object has to stay in, such as `"eu"`. */
  jurisdiction?: string;
  /** Where to create the Durable Object, such as `"weur"`, if there is none yet. */
  locationHint?: string;
  /** What `onStart` gets, if this brings the instance into memory. JSON. */
  props?: Props;
  /** How to go on when the platform could not reach the object just now; `false` for not at all. */
  routingRetry?: RoutingRetryOptions | false;
}

/** An instance that is a Durable Object, behind a binding. */
export class DurableInstance implements HandleTarget {
  #namespace: AgentNamespace;
  #id: unknown;
  #options: AgentGetOptions;
  #place: { readonly name: string; readonly className?: string };

  constructor(
    namespace: AgentNamespace,
    name: string,
    options: AgentGetOptions,
    className?: string,
  ) {
    const { jurisdiction } = options;
    this.#namespace = jurisdiction === undefined
      ? namespace
      : namespace.jurisdiction!(jurisdiction);
    this.#id = this.#namespace.idFromName(name);
    this.#options = options;
    this.#place = { name, className };
  }

  fetch(request: Request): Promise<Response> {
    const { props } = this.#options;
    const init = props === undefined ? undefined : marked({ props }, request);
    return this.#retry((isLast) => {
      // An attempt uses the body up.
      const again = isLast || request.body === null ? request : request.clone();
      return this.#stub().fetch(again, init);
    });
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    return callStub(this.#stub(), method, args, this.#options.props);
  }

  /** Resolves when the agent has started; rejects when it does not. */
  async start(): Promise<void> {
    const { props } = this.#options;
    await this.#retry(() => callStub(this.#stub(), undefined, [], props));
  }

  #retry<T>(attempt: (isLast: boolean) => Promise<T>): Promise<T> {
    return withRetries(attempt, this.#options.routingRetry, this.#place);
  }

  /** A new one each time: after an error a stub is broken. */
  #stub(): AgentStub {
    const { locationHint } = this.#options;
    const options = locationHint === undefined ? undefined : { locationHint };
    return this.#namespace.get(this.#id, options);
  }
}
