import type { HostEvent } from "../agent/events.ts";
import type { Instance } from "../agent/instance.ts";
import { Link } from "../agent/link.ts";
import { answerRequest } from "../agent/requests.ts";
import { callMethod, startInstance } from "../agent/server_call.ts";
import type { Platform } from "./host.ts";
import type { Namespace, Served } from "./namespace.ts";
import { type Answer, type Backend, Refusal } from "./router.ts";

/** The instances are in this process. */
export class LocalBackend<Native> implements Backend<Served, Native> {
  #namespace: Namespace;
  #platform: Platform<Native>;

  constructor(namespace: Namespace, platform: Platform<Native>) {
    this.#namespace = namespace;
    this.#platform = platform;
  }

  connect(
    kind: Served,
    name: string,
    request: Request,
    seen: Request,
    native: Native,
    props?: unknown,
  ): Answer {
    const { connections, limits } = this.#namespace;
    if (connections >= limits.connections) {
      throw new Refusal(503, "too many connections");
    }
    const instance = this.#instance(kind, name, props);
    const platform = this.#platform;
    // Only where a hook asks for it: a copy of the headers has its price.
    const ctx = !instance.readsRequest
      ? undefined
      : seen === request && platform.keep !== undefined
      ? platform.keep(request)
      : { request: seen };
    return platform.upgrade(request, new Link(instance, seen.url, ctx), native);
  }

  request(
    kind: Served,
    name: string,
    request: Request,
    _native: Native,
    props?: unknown,
  ): Promise<Response> {
    return answerRequest(this.#instance(kind, name, props), request);
  }

  /** Both of the above, for a request whose URL does not matter. A refusal is a response here. */
  async fetch(
    kind: Served,
    name: string,
    request: Request,
    native: Native,
    props: unknown,
  ): Promise<Answer> {
    const upgrade = request.headers.get("upgrade")?.toLowerCase();
    try {
      return upgrade === "websocket"
        ? this.connect(kind, name, request, request, native, props)
        : await this.request(kind, name, request, native, props);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, message: reason } = error;
      const agent = kind.className;
      this.emit(() => ({ type: "refused", status, reason, agent }));
      return new Response(reason, { status });
    }
  }

  async call(
    kind: Served,
    name: string,
    method: string,
    args: readonly unknown[],
    props: unknown,
  ): Promise<unknown> {
    return await callMethod(this.#instance(kind, name, props), method, args);
  }

  async start(kind: Served, name: string, props: unknown): Promise<void> {
    await startInstance(this.#instance(kind, name, props));
  }

  emit(make: () => HostEvent): void {
    this.#namespace.emit(make);
  }

  #instance(kind: Served, name: string, props?: unknown): Instance {
    if (this.#namespace.isClosed) throw new Refusal(503, "shutting down");
    let instance: Instance | undefined;
    try {
      instance = this.#namespace.get(kind, name);
    } catch (error) {
      console.error(`Cannot construct agent ${kind.className}:`, error);
      throw new Refusal(500, "internal error");
    }
    if (instance === undefined) throw new Refusal(503, "too many instances");
    instance.offer(props);
    return instance;
  }
}
