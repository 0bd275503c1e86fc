import type { AgentKind } from "../src/agent/agent_kind.ts";
import {
  HostContext,
  type InstanceHostOptions,
} from "../src/agent/host_context.ts";
import { Instance, type InstanceHost } from "../src/agent/instance.ts";
import { DurableObjectStorage } from "../storage/durable_object.ts";
import { DurableAlarm, keptName } from "./durable_alarm.ts";
import type { DurableContext } from "./durable_context.ts";

/** The host of one instance: the platform evicts, so nothing here does. */
export class ObjectHost extends HostContext implements InstanceHost {
  readonly alarm: DurableAlarm;
  #create: () => Instance;
  #current: Instance | undefined;

  constructor(
    options: InstanceHostOptions,
    kind: AgentKind,
    ctx: DurableContext,
    env: unknown,
  ) {
    const storage = new DurableObjectStorage(ctx.storage);
    super(options, storage);
    const firstJob = () => storage.firstDue();
    this.alarm = new DurableAlarm(ctx.storage, ctx.id.name, firstJob);
    this.wakeAt = (due, isSet) => this.alarm.expireAt(due, isSet);
    const name = ctx.id.name ?? keptName(ctx.storage) ?? ctx.id.toString();
    this.#create = () => new Instance(this, kind, name, ctx, env);
    this.latest();
    const { waitUntil } = ctx;
    // The platform's own tells nobody of a rejection.
    ctx.waitUntil = (promise) => {
      this.latest().waitUntil(promise);
      waitUntil.call(ctx, promise.catch(() => {}));
    };
  }

  latest(): Instance {
    return this.#current ??= this.#create();
  }

  discard(instance: Instance): void {
    if (this.#current !== instance) return;
    this.#current = undefined;
    instance.dispose();
  }

  vacant(): void {}

  occupied(): void {}
}
