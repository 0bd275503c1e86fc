import type { Admitted } from "./before_hook.ts";
import type { HostEvent } from "../runtime/events.ts";
import type { Instance } from "../agent/instance.ts";
import type { ConnectionContext } from "../connections/connection.ts";
import { connect } from "../connections/resumption.ts";
import { answerRequest } from "../agent/requests.ts";
import { keepingWhileRead } from "./answer_body.ts";
import { callMethod, startInstance } from "../agent/server_call.ts";
import type { Namespace, Served } from "./namespace.ts";
import { type Answer, type Platform, Refusal } from "./platform.ts";
import { refusal } from "../runtime/responses.ts";
import type { HostHealth } from "./health.ts";
import type { Backend } from "./router.ts";
import type { CloseOptions } from "./shutdown.ts";

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
    admitted: Admitted,
    native: Native,
    props?: unknown,
  ): Answer {
    const { connections, limits } = this.#namespace;
    if (connections >= limits.connections) {
      throw new Refusal(503, "too many connections");
    }
    const instance = this.instance(kind, name, props);
    // Only where a hook asks for it: to keep the headers has its price.
    const ctx = instance.hooks.takesRequest
      ? this.context(request, admitted)
      : undefined;
    const events = connect(instance, admitted.request.url, ctx);
    return this.#platform.upgrade(request, events, native, admitted.headers);
  }

  /** What `onConnect` is given, readable also after the upgrade. */
  protected context(
    request: Request,
    { request: seen, data }: Admitted,
  ): ConnectionContext {
    const { keep } = this.#platform;
    return seen === request && keep !== undefined
      ? { request: keep(request), data }
      : { request: seen, data };
  }

  /** The instance stays in memory until all of its answer is sent. */
  async request(
    kind: Served,
    name: string,
    { request, data }: Admitted,
    native: Native,
    props?: unknown,
  ): Promise<Response> {
    const platform = this.#platform;
    platform.answering?.(request, native);
    const instance = this.instance(kind, name, props);
    const { activity } = instance;
    const response = await answerRequest(instance, request, data);
    const sent = platform.sent?.(response, request, native);
    if (sent === undefined) return keepingWhileRead(response, activity);
    activity.keep(sent).catch(() => {});
    return response;
  }

  /** Both of the above, for a request whose URL does not matter. A refusal is a response here. */
  async fetch(
    kind: Served,
    name: string,
    admitted: Admitted,
    native: Native,
    props: unknown,
  ): Promise<Answer> {
    const { request } = admitted;
    const upgrade = request.headers.get("upgrade")?.toLowerCase();
    try {
      return upgrade === "websocket"
        ? this.connect(kind, name, request, admitted, native, props)
        : await this.request(kind, name, admitted, native, props);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, message: reason } = error;
      const agent = kind.className;
      this.emit(() => ({ type: "refused", status, reason, agent }));
      return refusal(status, reason);
    }
  }

  async call(
    kind: Served,
    name: string,
    method: string,
    args: readonly unknown[],
    props: unknown,
    depth?: number,
  ): Promise<unknown> {
    const instance = this.instance(kind, name, props);
    return await callMethod(instance, method, args, depth);
  }

  async start(kind: Served, name: string, props: unknown): Promise<void> {
    await startInstance(this.instance(kind, name, props));
  }

  emit(make: () => HostEvent): void {
    this.#namespace.emit(make);
  }

  /** How the process is doing, for a health check. */
  health(): HostHealth {
    const { isClosing } = this.#namespace;
    return { ok: !isClosing, state: isClosing ? "draining" : "live" };
  }

  close(options?: CloseOptions): Promise<void> {
    return this.#namespace.close(options);
  }

  /** The instance, in memory. Throws a {@linkcode Refusal} when it can't be. */
  instance(kind: Served, name: string, props?: unknown): Instance {
    if (this.#namespace.isClosing) throw new Refusal(503, "shutting down");
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
