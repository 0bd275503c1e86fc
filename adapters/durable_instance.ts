import type { AgentNamespace, AgentStub } from "../src/host/agent_namespace.ts";
import type { Admitted } from "../src/host/before_hook.ts";
import type { HandleTarget } from "../src/host/handle.ts";
import { callStub } from "./durable_call.ts";
import { isMarked, marked, unmarked } from "./durable_mark.ts";
import { type RoutingRetryOptions, withRetries } from "./routing_retry.ts";

/** How to reach an instance through its binding. */
export interface AgentGetOptions<Props extends object = object> {
  /** The jurisdiction that a Durable Object has to stay in, such as `"eu"`. */
  jurisdiction?: string | undefined;
  /** Where to create the Durable Object, such as `"weur"`, if there is none yet. */
  locationHint?: string | undefined;
  /** What `onStart` gets, if this brings the instance into memory. JSON. */
  props?: Props | undefined;
  /** How to go on when the platform could not reach the object just now; `false` for not at all. */
  routingRetry?: RoutingRetryOptions | false | undefined;
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
    return this.enter({ request });
  }

  /** Hands a request to the object that a router has let in. */
  enter({ request, data }: Admitted): Promise<Response> {
    const { props } = this.#options;
    if (isMarked(request)) request = unmarked(request);
    const init = props === undefined && data === undefined
      ? undefined
      : marked(this.#id, { props, data }, request);
    return this.#retry((isLast) => {
      // An attempt uses the body up.
      const again = isLast || request.body === null ? request : request.clone();
      return this.#stub().fetch(again, init);
    }).then(changeable);
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    const { props } = this.#options;
    return callStub(this.#stub(), this.#id, method, args, props);
  }

  /** Resolves when the agent has started; rejects when it does not. */
  async start(): Promise<void> {
    const { props } = this.#options;
    await this.#retry(() =>
      callStub(this.#stub(), this.#id, undefined, [], props)
    );
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

/** A 101 of Workers. */
interface UpgradedResponse extends Response {
  readonly webSocket?: unknown;
}

/** What a Durable Object answers has headers that can't be changed, which middlewares do. */
function changeable(answer: Response): Response {
  const { status, headers, webSocket } = answer as UpgradedResponse;
  if (!webSocket) return new Response(answer.body, answer);
  // The constructor takes this status with a socket only.
  const init = { status, headers, webSocket };
  return new Response(null, init);
}
