import type { Snapshot } from "../ports/storage.ts";
import type { StateFrame } from "../protocol/frames.ts";
import {
  stateFrame,
  type Version,
  versionedStateFrame,
} from "../protocol/state_frames.ts";
import { Agent } from "./agent.ts";
import type { Instance } from "./instance.ts";
import { freezeParsed, type Json, StateError, toJson } from "./json.ts";
import type { Link } from "./link.ts";
import { currentScope } from "./scope.ts";
import { isThenable } from "./thenable.ts";

/** Changes of the state in `onStateChanged`, of the state in `onStateChanged`, … that are taken for a loop. */
const MAX_CHAIN = 100;

/** The state of one instance: in memory, and its way to the store and to the clients. */
export class StateKeeper implements Version {
  epoch = "";
  rev = 0;
  #instance: Instance;
  #json: Json | undefined;
  #loaded = false;
  #remembered: string | undefined;
  /** Why nothing can be set any more. */
  #gone: string | undefined;
  #validating = false;
  /** Changes that `onStateChanged` has not been told of. */
  #news: { value: unknown; source: Link | undefined }[] | undefined;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** Reads what is stored; a promise only where the storage takes its time. */
  load(): PromiseLike<void> | undefined {
    if (this.#loaded) return undefined;
    const { agent, home } = this.#instance;
    assertOneHook(agent);
    const found = home.commits.storage.load(this.#instance.address);
    if (isThenable(found)) {
      return (found as Promise<Snapshot | undefined>).then((snapshot) =>
        this.#take(snapshot)
      );
    }
    this.#take(found);
  }

  /** A connection outlived the instance's time in memory, and was told of a state that was not stored. */
  remember(epoch: string | undefined): void {
    if (epoch !== undefined) this.#remembered = epoch;
  }

  get value(): unknown {
    return this.#json?.value;
  }

  /** The state as JSON. */
  get text(): string | undefined {
    return this.#json?.text;
  }

  /** The frame with the state, in the words that the client of `link` knows; `undefined` when there is no state. */
  frameFor(link: Link): string | undefined {
    const { text } = this;
    if (text === undefined) return undefined;
    return link.extended ? versionedStateFrame(text, this) : stateFrame(text);
  }

  /** Changes the state on behalf of the server's code. Throws, and changes nothing, when that may not be. */
  set(next: unknown): void {
    this.#assertWritable();
    if (typeof next === "function") next = next(this.value);
    const { home, agent } = this.#instance;
    const json = toJson(next, this.value, home.limits.stateBytes);
    this.#validate(agent, json.value, undefined);
    this.#accept(json, undefined);
    this.#tell(json.value, undefined);
  }

  /** Changes the state on behalf of a client, and answers it. */
  receive(link: Link, frame: StateFrame): void {
    const { clients } = this.#instance;
    const write = clients.read(link, frame);
    if (write === undefined) return;
    let json: Json;
    try {
      const { home, agent } = this.#instance;
      json = freezeParsed(frame.state, home.limits.stateBytes);
      this.#validate(agent, json.value, link);
      this.#accept(json, link);
    } catch (error) {
      return this.#refuse(link, write.id, error);
    }
    clients.accepted(link, write.id);
    this.#tell(json.value, link);
    clients.settle(link);
  }

  /** From now on nothing can be set: the instance is of no use any more. */
  end(why: string): void {
    this.#gone ??= why;
  }

  #take(snapshot: Snapshot | undefined): void {
    const { agent, address, home } = this.#instance;
    if (snapshot === undefined) {
      this.epoch = this.#remembered ?? home.freshEpoch;
      const { initialState } = agent;
      if (initialState !== undefined) {
        this.#json = toJson(initialState, undefined, home.limits.stateBytes);
      }
    } else {
      const { state, epoch, rev } = snapshot;
      this.#json = { value: frozen(state, address), text: state };
      this.epoch = epoch;
      this.rev = rev;
    }
    this.#loaded = true;
  }

  #assertWritable(): void {
    if (this.#gone !== undefined) {
      throw new Error(`Cannot set state: ${this.#gone}`);
    }
    if (!this.#loaded) {
      throw new Error(
        "Cannot set state: it is not loaded before onStart; give the agent an initialState",
      );
    }
    if (this.#validating) {
      throw new Error("Cannot set state: validateStateChange must not set it");
    }
    const scope = currentScope();
    if (scope?.agent !== this.#instance.agent) return;
    const { connection } = scope;
    if (
      connection !== undefined && scope.agent.isConnectionReadonly(connection)
    ) {
      throw new Error("Connection is readonly");
    }
  }

  #validate(agent: Agent, next: unknown, link: Link | undefined): void {
    const { validateStateChange: hook } = agent;
    if (hook === Agent.prototype.validateStateChange) return;
    const { invoker } = this.#instance;
    const args = [next, link?.connection ?? "server"];
    this.#validating = true;
    try {
      const result = invoker.enter(link ?? this.#instance, hook, args);
      if (!isThenable(result)) return;
      result.then(undefined, () => {});
    } finally {
      this.#validating = false;
    }
    throw new TypeError(
      "Cannot set state: validateStateChange must not return a promise",
    );
  }

  #accept(json: Json, source: Link | undefined): void {
    const { home, address, clients } = this.#instance;
    if (this.#gone !== undefined) {
      throw new Error(`Cannot set state: ${this.#gone}`);
    }
    const { epoch } = this;
    const rev = this.rev + 1;
    home.commits.save(this.#instance, {
      address,
      snapshot: { state: json.text, epoch, rev },
    });
    this.#json = json;
    this.rev = rev;
    clients.announce(source);
  }

  #refuse(link: Link, id: string | undefined, error: unknown): void {
    const { clients, invoker } = this.#instance;
    if (error instanceof StateError) {
      return clients.refused(link, id, error.message, error.code);
    }
    clients.refused(link, id, "State update rejected", "REJECTED");
    invoker.fail("validateStateChange", error, link);
  }

  /** Calls the hook, once for each change in order, also for those that it makes itself. */
  #tell(value: unknown, source: Link | undefined): void {
    const { agent, invoker } = this.#instance;
    const hook = changeHook(agent);
    if (hook === undefined) return;
    if (this.#news !== undefined) {
      this.#news.push({ value, source });
      return;
    }
    const news = this.#news = [{ value, source }];
    try {
      for (let at = 0; at < news.length; at++) {
        if (at === MAX_CHAIN) {
          const problem = `it set the state again ${MAX_CHAIN} times in a row`;
          return invoker.fail(
            "onStateChanged",
            new RangeError(`Cannot call onStateChanged: ${problem}`),
          );
        }
        const { value, source } = news[at];
        const from = source?.connection ?? "server";
        invoker.run("onStateChanged", source, hook, value, from);
      }
    } finally {
      this.#news = undefined;
    }
  }
}

function changeHook(agent: Agent) {
  const base = Agent.prototype;
  if (agent.onStateChanged !== base.onStateChanged) return agent.onStateChanged;
  if (agent.onStateUpdate !== base.onStateUpdate) return agent.onStateUpdate;
}

function assertOneHook(agent: Agent): void {
  const base = Agent.prototype;
  if (
    agent.onStateChanged === base.onStateChanged ||
    agent.onStateUpdate === base.onStateUpdate
  ) return;
  throw new TypeError(
    `Cannot start agent ${agent.constructor.name}: it overrides both onStateChanged and onStateUpdate, which is the older name of the same hook`,
  );
}

function frozen(
  state: string,
  { agent, name }: { agent: string; name: string },
) {
  try {
    return freezeParsed(JSON.parse(state), Infinity).value;
  } catch {
    throw new Error(
      `Cannot load the state of ${agent} ${
        JSON.stringify(name)
      }: what is stored is not JSON; it is left as it is`,
    );
  }
}
