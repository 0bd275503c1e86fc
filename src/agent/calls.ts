import { CallCode } from "../protocol/calls.ts";
import type { CallFrame } from "../protocol/frames.ts";
import { Call } from "./call.ts";
import { sendFailure } from "./call_error.ts";
import type { Link } from "./link.ts";

/** More than any method takes; `apply` and schemas are spared the rest. */
const MAX_ARGUMENTS = 32;

/** The calls of one connection that run. Those that are done at once never come here. */
export class Calls {
  #running = new Set<Call>();

  get size(): number {
    return this.#running.size;
  }

  /** Counts `call`, and keeps the instance in memory, until `done`, which never rejects. */
  async follow(call: Call, done: PromiseLike<void>): Promise<void> {
    const { invoker } = call.link.instance;
    this.#running.add(call);
    invoker.begin();
    // Its own method may have closed the connection before it was counted.
    if (call.link.isShut) call.cancel();
    await done;
    this.#running.delete(call);
    invoker.end();
  }

  /** The client does not want the answer any more. Ids that nothing runs under are ignored. */
  cancel(id: string): void {
    for (const call of [...this.#running]) if (call.id === id) call.cancel();
  }

  /** There is nobody left to answer. */
  cancelAll(): void {
    for (const call of [...this.#running]) call.cancel();
  }
}

/** Runs what a client calls, if it may call it, and answers. */
export function answerCall(link: Link, frame: CallFrame): void {
  const { instance } = link;
  const { id, args } = frame;
  const method = instance.callTable.get(frame.method);
  if (method === undefined) return refuseName(link, frame);
  if (args.length > MAX_ARGUMENTS) {
    const message =
      `Too many arguments: at most ${MAX_ARGUMENTS}: received ${args.length}`;
    const code = CallCode.INVALID_ARGUMENT;
    return sendFailure(link, id, { message, code });
  }
  const most = instance.home.limits.callsPerConnection;
  if (link.calls !== undefined && link.calls.size >= most) {
    const message = `Too many calls at the same time: at most ${most}`;
    return sendFailure(link, id, { message, code: CallCode.TOO_MANY_CALLS });
  }
  const call = new Call(link, id, method);
  const done = instance.invoker.isSerial
    ? instance.invoker.turn(() => call.run(args)) as PromiseLike<void>
    : call.run(args);
  if (done !== undefined) (link.calls ??= new Calls()).follow(call, done);
}

/** Answers a call or a state frame whose keys could change what objects inherit. */
export function refuseKeys(link: Link, { id }: CallFrame): void {
  const message = 'Invalid arguments: a key must not be "__proto__"';
  sendFailure(link, id, { message, code: CallCode.INVALID_ARGUMENT });
}

function refuseName(link: Link, { id, method }: CallFrame): void {
  const known = link.instance.callTable.has(method);
  const message = `Method ${method} ${
    known ? "is not callable" : "does not exist"
  }`;
  const code = known ? CallCode.NOT_CALLABLE : CallCode.NOT_FOUND;
  sendFailure(link, id, { message, code });
}
