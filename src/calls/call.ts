import { advise } from "../runtime/advice.ts";
import { assertCarried } from "../runtime/carried.ts";
import { CallCode, chunkFrame, resultFrame } from "../protocol/calls.ts";
import { callFailure, sendFailure } from "./call_failure.ts";
import type { CallableMethod } from "./call_table.ts";
import type { Caller } from "./caller.ts";
import type { CallsOwner } from "./owner.ts";
import { reportCall } from "./report_call.ts";
import { isStream, stream, type StreamingCall } from "./streaming.ts";
import { StreamingResponse, type StreamTarget } from "./streaming_response.ts";
import { isThenable } from "../runtime/thenable.ts";

/**
 * One call of a client: runs the method, and sends exactly one last frame. A
 * method that is done at once costs this object and its frame.
 */
export class Call implements StreamingCall, StreamTarget {
  readonly owner: CallsOwner;
  readonly caller: Caller;
  readonly id: string;
  readonly method: CallableMethod;
  /** Ends the source of a stream that is being read. */
  stop: (() => void) | undefined;
  #isOver = false;
  /** When it came, for those who listen. */
  #since: number;
  #cancelled = false;
  #controller: AbortController | undefined;

  constructor(
    owner: CallsOwner,
    caller: Caller,
    id: string,
    method: CallableMethod,
  ) {
    this.owner = owner;
    this.caller = caller;
    this.id = id;
    this.method = method;
    this.#since = owner.host.isObserved ? owner.host.now : 0;
  }

  get agent(): object {
    return this.caller.agent;
  }

  get connection(): object {
    return this.caller.connection;
  }

  get request(): Request | undefined {
    return this.caller.request;
  }

  get isBehind(): boolean {
    return this.caller.isBehind;
  }

  /** Nothing more is sent. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Made when it is first asked for, which few methods do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#cancelled) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Runs the method. What it returns is done when the call is; it never rejects. */
  run(args: readonly unknown[]): PromiseLike<void> | undefined {
    // Cancelled while it waited for its turn.
    if (this.#isOver) return undefined;
    const { input } = this.method;
    try {
      if (input === undefined) return this.#invoke(args);
      const checked = input(args);
      if (!isThenable(checked)) return this.#invoke(checked);
      return this.#guard((async () => await this.#invoke(await checked))());
    } catch (error) {
      this.fail(error);
    }
  }

  chunk(value: unknown): boolean {
    if (this.#isOver) return false;
    this.caller.send(this.#frame(chunkFrame, value));
    return true;
  }

  end(result: unknown): boolean {
    if (this.#isOver) return false;
    const frame = this.#frame(resultFrame, result);
    this.#over();
    this.caller.send(frame);
    return true;
  }

  refuse(message: string, code: string = CallCode.FAILED): boolean {
    if (this.#isOver) return false;
    this.#over(code);
    sendFailure(this.caller, this.id, { message, code });
    return true;
  }

  /** The method threw: tells the client, and `onError` unless it was meant for the client. */
  fail(thrown: unknown): void {
    const { caller, method } = this;
    const { host, invoker } = this.owner;
    const streams = method.metadata.streaming === true;
    advise(thrown);
    const failure = callFailure(thrown, host.exposeErrors, streams);
    if (!this.#isOver) {
      this.#over(failure.code);
      sendFailure(caller, this.id, failure);
    }
    // To throw is how code that was cancelled ends.
    if (failure !== thrown && !(this.#cancelled && isAbort(thrown))) {
      invoker.fail("call", thrown, caller);
    }
  }

  /** Ends the call before its method has. */
  cancel(): void {
    if (this.#cancelled || this.#isOver) return;
    this.refuse("Call cancelled", CallCode.CANCELLED);
    this.#cancelled = true;
    this.stop?.();
    this.#controller?.abort();
  }

  /** `code` of a failure. */
  #over(code?: string): void {
    this.#isOver = true;
    const { host } = this.owner;
    if (host.isObserved) {
      const ms = host.now - this.#since;
      reportCall(this.owner, this.caller, this.method.name, ms, code);
    }
  }

  #invoke(args: readonly unknown[]): PromiseLike<void> | undefined {
    if (this.#isOver) return undefined;
    const { method } = this;
    if (method.takesStream) args = [new StreamingResponse(this), ...args];
    const result = this.owner.invoker.enter(this, method.run, args);
    if (!isThenable(result)) return this.#returned(result);
    return this.#guard(result, (value) => this.#returned(value));
  }

  #returned(value: unknown): PromiseLike<void> | undefined {
    const { output, takesStream } = this.method;
    if (output !== undefined) {
      const checked = output(value);
      if (isThenable(checked)) {
        return this.#guard(checked, (result) => void this.end(result));
      }
      value = checked;
    } else if (isStream(value)) return stream(this, value);
    // Whoever took a stream has said all that there is in it.
    this.end(takesStream ? undefined : value);
  }

  /** `promise`, and what comes after it, with its errors answered. */
  #guard<T>(
    promise: PromiseLike<T>,
    next?: (value: T) => PromiseLike<void> | undefined,
  ): Promise<void> {
    // Only a promise of the platform's keeps what `then` promises.
    const settled = promise instanceof Promise
      ? promise
      : Promise.resolve(promise);
    return settled.then(next).then(undefined, (error) => this.fail(error));
  }

  #frame(make: (id: string, value: unknown) => string, value: unknown): string {
    try {
      assertCarried(value);
      return make(this.id, value);
    } catch (error) {
      // V8 draws the circle on further lines.
      const [reason] = String((error as Error)?.message).split("\n", 1);
      throw new TypeError(
        `Cannot send what ${this.method.name} returned: it must be JSON: ${reason}`,
      );
    }
  }
}

function isAbort(error: unknown): boolean {
  return (error as { name?: unknown } | undefined)?.name === "AbortError";
}
