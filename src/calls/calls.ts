import { CallCode } from "../protocol/calls.ts";
import type { CallFrame, CancelFrame } from "../protocol/frames.ts";
import { pollutes } from "../protocol/pollution.ts";
import type { Part } from "../runtime/part.ts";
import { Call } from "./call.ts";
import { sendFailure } from "./call_failure.ts";
import type { Caller } from "./caller.ts";
import type { CallsOwner } from "./owner.ts";
import { reportCall } from "./report_call.ts";

/** More than any method takes; `apply` and schemas are spared the rest. */
const MAX_ARGUMENTS = 32;

/** What the clients of one instance call. */
export class Calls implements Part<Caller> {
  static readonly frames = ["rpc", "roam_cancel"] as const;
  #owner: CallsOwner;
  /** Calls that run, by client. A call that is done at once is never in it. */
  #running = new Map<Caller, Set<Call>>();

  constructor(owner: CallsOwner) {
    this.#owner = owner;
  }

  frame(caller: Caller, frame: CallFrame | CancelFrame, text: string): void {
    if (frame.type === "roam_cancel") this.#cancel(caller, frame.id);
    else if (pollutes(text, frame)) this.#refuseKeys(caller, frame);
    else this.#answer(caller, frame);
  }

  isServing(caller: Caller): boolean {
    return this.#running.get(caller) !== undefined;
  }

  /** There is nobody left to answer. */
  closed(caller: Caller): void {
    const running = this.#running.get(caller);
    if (running === undefined) return;
    this.#running.delete(caller);
    for (const call of [...running]) call.cancel();
  }

  /** Runs what a client calls, if it may call it, and answers. */
  #answer(caller: Caller, frame: CallFrame): void {
    const { callTable, host, invoker } = this.#owner;
    const { id, args } = frame;
    const method = callTable.get(frame.method);
    if (method === undefined) return this.#refuseName(caller, frame);
    if (args.length > MAX_ARGUMENTS) {
      const message =
        `Too many arguments: at most ${MAX_ARGUMENTS}: received ${args.length}`;
      const code = CallCode.INVALID_ARGUMENT;
      return this.#refuse(caller, frame, { message, code });
    }
    const most = host.limits.callsPerConnection;
    const running = this.#running.get(caller);
    if (running !== undefined && running.size >= most) {
      const message = `Too many calls at the same time: at most ${most}`;
      const code = CallCode.TOO_MANY_CALLS;
      return this.#refuse(caller, frame, { message, code });
    }
    const call = new Call(this.#owner, caller, id, method);
    const done = invoker.isSerial
      ? invoker.turn(() => call.run(args)) as PromiseLike<void>
      : call.run(args);
    if (done !== undefined) this.#follow(call, done);
  }

  /** Counts `call`, and keeps the instance in memory, until `done`, which never rejects. */
  async #follow(call: Call, done: PromiseLike<void>): Promise<void> {
    const { activity } = this.#owner;
    const { caller } = call;
    activity.begin();
    // Its own method may have closed the connection before it was counted.
    if (caller.isShut) call.cancel();
    else this.#runningOf(caller).add(call);
    await done;
    const running = this.#running.get(caller);
    running?.delete(call);
    if (running?.size === 0) this.#running.delete(caller);
    activity.end();
  }

  /** The client does not want the answer any more. Ids that nothing runs under are ignored. */
  #cancel(caller: Caller, id: string): void {
    for (const call of [...this.#running.get(caller) ?? []]) {
      if (call.id === id) call.cancel();
    }
  }

  #runningOf(caller: Caller): Set<Call> {
    let running = this.#running.get(caller);
    if (running === undefined) this.#running.set(caller, running = new Set());
    return running;
  }

  #refuseName(caller: Caller, frame: CallFrame): void {
    const { method } = frame;
    const known = this.#owner.callTable.has(method);
    const message = `Method ${method} ${
      known ? "is not callable" : "does not exist"
    }`;
    const code = known ? CallCode.NOT_CALLABLE : CallCode.NOT_FOUND;
    this.#refuse(caller, frame, { message, code });
  }

  /** Answers a call whose keys could change what objects inherit. */
  #refuseKeys(caller: Caller, frame: CallFrame): void {
    const message = 'Invalid arguments: a key must not be "__proto__"';
    const code = CallCode.INVALID_ARGUMENT;
    this.#refuse(caller, frame, { message, code });
  }

  #refuse(
    caller: Caller,
    { id, method }: CallFrame,
    failure: { message: string; code: string },
  ): void {
    const isCallable = this.#owner.callTable.get(method) !== undefined;
    // What a client makes up is nothing to count by.
    const named = isCallable ? method : undefined;
    reportCall(this.#owner, caller, named, 0, failure.code);
    sendFailure(caller, id, failure);
  }
}
