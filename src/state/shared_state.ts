import type { Snapshot } from "../ports/storage.ts";
import type { PatchFrame, StateFrame } from "../protocol/frames.ts";
import { type Json, textOf, toJson } from "../protocol/json.ts";
import { applyPatch, PatchError } from "../protocol/patch.ts";
import { StateError } from "../protocol/state_error.ts";
import { CallError } from "../runtime/call_error.ts";
import type { Part } from "../runtime/part.ts";
import { currentScope } from "../runtime/scope.ts";
import { isDetached } from "../runtime/detached.ts";
import { isThenable } from "../runtime/thenable.ts";
import { assertOneHook, ChangeHook, changeHook } from "./change_hook.ts";
import { freshEpoch } from "./fresh_epoch.ts";
import { freezeParsed } from "./parsed_state.ts";
import type { StateClient, StateOwner } from "./owner.ts";
import type { CurrentState } from "./state_patches.ts";
import { StateSync } from "./state_sync.ts";

/** The state of one instance: in memory, and its way to the store and to the clients. */
export class SharedState implements Part<StateClient>, CurrentState {
  static readonly frames = ["cf_agent_state", "roam_state_patch"] as const;
  epoch = "";
  rev = 0;
  #owner: StateOwner;
  /** Most instances in memory have no clients. */
  #sync: StateSync | undefined;
  #json: Json | undefined;
  #loaded = false;
  #loadedRev = 0;
  #remembered: string | undefined;
  /** Why nothing can be set any more. */
  #gone: string | undefined;
  #validating = false;
  /** Of an agent that has the hook. */
  #changes: ChangeHook | undefined;

  constructor(owner: StateOwner) {
    this.#owner = owner;
  }

  /** Reads what is stored; a promise only where the storage takes its time. */
  start(): PromiseLike<void> | undefined {
    if (this.#loaded) return undefined;
    assertOneHook(this.#owner);
    const { address, storage } = this.#owner;
    const found = storage.load(address);
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

  /** The epoch, if nothing has been stored under it. */
  get unstoredEpoch(): string | undefined {
    return this.rev === 0 ? this.epoch : undefined;
  }

  get value(): unknown {
    return this.#json?.value;
  }

  /** The state as JSON. */
  get text(): string | undefined {
    return this.#json?.text;
  }

  /** Changes the state on behalf of the server's code. Throws, and changes nothing, when that may not be. */
  set(next: unknown): void {
    if (this.#gone !== undefined && isDetached(this.#owner)) {
      const error = new Error(`Cannot set state: ${this.#gone}`);
      return this.#owner.invoker.fail("uncaught", error);
    }
    this.#assertWritable();
    if (typeof next === "function") next = next(this.value);
    const json = toJson(next, this.value, this.#owner.host.limits.stateBytes);
    this.#validate(json.value, undefined);
    this.#accept(json, undefined);
    this.#tell(json.value, undefined);
  }

  /** Whether the greeting of this client has the whole state in it. */
  isSentWhole(client: StateClient): boolean {
    return this.#clients.isSentWhole(client);
  }

  greet(client: StateClient): void {
    this.#clients.greet(client);
  }

  /** Sends a client that knows the state as it was loaded the present one, if that is another. */
  catchUp(client: StateClient): void {
    if (this.rev !== this.#loadedRev) this.#clients.send(client);
  }

  /** Changes the state on behalf of a client, and answers it. */
  frame(client: StateClient, frame: StateFrame | PatchFrame): void {
    const write = this.#clients.read(client, frame);
    if (write === undefined) return;
    let json: Json;
    try {
      const { stateBytes } = this.#owner.host.limits;
      json = frame.type === "cf_agent_state"
        ? freezeParsed(frame.state, stateBytes)
        : patched(this.value, frame.ops, stateBytes);
      this.#validate(json.value, client);
      this.#accept(json, client);
    } catch (error) {
      return this.#refuse(client, write.id, error);
    }
    this.#clients.accepted(client, write.id);
    this.#tell(json.value, client);
    this.#clients.settle(client);
  }

  closed(client: StateClient): void {
    this.#sync?.closed(client);
  }

  /** From now on nothing can be set: the instance is of no use any more. */
  evict(why: string): void {
    this.#gone ??= why;
  }

  destroy(): void {
    this.#owner.host.shared(freshEpoch).renew();
  }

  get #clients(): StateSync {
    return this.#sync ??= new StateSync(this.#owner, this);
  }

  #take(snapshot: Snapshot | undefined): void {
    const { agent, address, host } = this.#owner;
    if (snapshot === undefined) {
      this.epoch = this.#remembered ?? host.shared(freshEpoch).get();
      const { initialState } = agent;
      if (initialState !== undefined) {
        this.#json = toJson(initialState, undefined, host.limits.stateBytes);
      }
    } else {
      const { state, epoch, rev } = snapshot;
      this.#json = { value: frozen(state, address), text: state };
      this.epoch = epoch;
      this.rev = this.#loadedRev = rev;
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
    const { agent } = this.#owner;
    if (scope?.agent !== agent) return;
    const { connection } = scope;
    if (connection !== undefined && agent.isConnectionReadonly(connection)) {
      throw new Error("Connection is readonly");
    }
  }

  #validate(next: unknown, source: StateClient | undefined): void {
    const { hooks, invoker } = this.#owner;
    const hook = hooks.validateStateChange;
    if (hook === undefined) return;
    const args = [next, source?.connection ?? "server"];
    this.#validating = true;
    try {
      const result = invoker.enter(source ?? this.#owner, hook, args);
      // A rejection, or a "no", would come too late, and refuse nothing.
      if (isThenable(result)) result.then(undefined, () => {});
      else if (result !== false) return;
    } finally {
      this.#validating = false;
    }
    throw new TypeError(
      "Cannot set state: validateStateChange must throw to refuse, at once",
    );
  }

  #accept(json: Json, source: StateClient | undefined): void {
    if (this.#gone !== undefined) {
      throw new Error(`Cannot set state: ${this.#gone}`);
    }
    const { epoch } = this;
    const rev = this.rev + 1;
    this.#owner.writes.save({ state: json.text, epoch, rev });
    const { value } = this;
    this.#json = json;
    this.rev = rev;
    const { address, host } = this.#owner;
    host.emit(() => ({
      type: "state",
      ...address,
      source: source === undefined ? "server" : "client",
      bytes: json.text.length,
    }));
    if (this.#owner.connections.size > 0) this.#clients.announce(source, value);
    else this.#sync?.announce(source, value);
  }

  #refuse(client: StateClient, id: string | undefined, error: unknown): void {
    if (error instanceof StateError) {
      return this.#clients.refused(client, id, error.message, error.code);
    }
    if (error instanceof PatchError) {
      return this.#clients.refused(client, id, error.message, "INVALID");
    }
    if (error instanceof CallError) {
      return this.#clients.rejected(client, id, error);
    }
    this.#clients.rejected(client, id);
    this.#owner.invoker.fail("validateStateChange", error, client);
  }

  #tell(value: unknown, source: StateClient | undefined): void {
    if (changeHook(this.#owner) === undefined) return;
    this.#changes ??= new ChangeHook(this.#owner);
    this.#changes.tell(value, source);
  }
}

function patched(
  value: unknown,
  operations: readonly unknown[],
  maxBytes: number,
): Json {
  const lists: unknown[][] = [];
  const next = applyPatch(value, operations, lists);
  if (next === undefined) throw new PatchError("there is no state");
  return textOf(next, lists, maxBytes);
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
