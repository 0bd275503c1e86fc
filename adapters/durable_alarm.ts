import type { Instance } from "../src/agent/instance.ts";
import { runJobs } from "../src/agent/server_call.ts";
import type { AgentAddress } from "../src/ports/agent_address.ts";
import type { Alarm } from "../src/schedules/owner.ts";
import type { ObjectStorage } from "../storage/object_storage.ts";

/** An alarm that rings when a run of jobs has not come to its end by then. */
const DEAD_MAN_MS = 30_000;
const NAME = "roam:name";
/** The key under which Cloudflare's SDK keeps the name of the instance. */
const THEIR_NAME = "__ps_name";

/** The one alarm of a Durable Object: for its jobs, and for connections that expire. */
export class DurableAlarm implements Alarm {
  readonly keepsAliveBy = DEAD_MAN_MS;
  #storage: ObjectStorage;
  #name: string | undefined;
  /** The time that the platform's alarm is set to, as far as it is known. */
  #due = Infinity;
  #isKnown = false;
  /** When the next job is due, as far as that is known. */
  #job: { readonly due: number | undefined } | undefined;
  /** When the next connection expires. */
  #expiry = Infinity;
  #firstJob: () => number | undefined;

  /** `name` is that of the object, where the platform tells it; `firstJob` says when the first of the stored jobs is due. */
  constructor(
    storage: ObjectStorage,
    name: string | undefined,
    firstJob: () => number | undefined = () => undefined,
  ) {
    this.#storage = storage;
    this.#name = name;
    this.#firstJob = firstJob;
  }

  wakeAt(_address: AgentAddress, due: number | undefined): void {
    this.#job = { due };
    this.#set();
  }

  /** Connections expire then; `Infinity` for never. Where it `isSet` for that, nothing is written. */
  expireAt(due: number, isSet = false): void {
    this.#expiry = due;
    if (isSet) return;
    this.#job ??= { due: this.#firstJob() };
    this.#set();
  }

  #set(): void {
    const due = Math.min(this.#job?.due ?? Infinity, this.#expiry);
    if (this.#isKnown && due === this.#due) return;
    this.#due = due;
    this.#isKnown = true;
    if (due === Infinity) return void this.#storage.deleteAlarm();
    this.#keepName();
    // A time long past rings late.
    this.#storage.setAlarm(Math.max(due, Date.now()));
  }

  /**
   * It rings: has `instance` run what is due, which sets it anew. If that is
   * cut short, or fails, it rings again.
   */
  async ring(instance: Instance): Promise<void> {
    this.#isKnown = false;
    this.#storage.setAlarm(Date.now() + DEAD_MAN_MS);
    try {
      await runJobs(instance);
    } catch {
      // Has been reported to `onError`; what was destroyed has no alarm any more.
    }
  }

  /** On older compatibility dates an alarm does not tell it. */
  #keepName(): void {
    const { kv } = this.#storage;
    if (this.#name === undefined || kv.get(NAME) === this.#name) return;
    kv.put(NAME, this.#name);
  }
}

/** The name of an object that was reached by it before, where the platform does not tell it now. */
export function keptName({ kv }: ObjectStorage): string | undefined {
  const kept = kv.get(NAME) ?? kv.get(THEIR_NAME);
  return typeof kept === "string" ? kept : undefined;
}
