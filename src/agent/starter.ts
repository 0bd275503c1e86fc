import { CloseCode } from "../protocol/close_codes.ts";
import type { Instance } from "./instance.ts";
import { isThenable } from "./thenable.ts";

/** Why an instance did not start, for those who waited. The error itself went to `onError`. */
export class StartFailure extends Error {
  readonly code: number;
  readonly status: number;

  constructor(message: string, code: number, status: number) {
    super(message);
    this.name = "StartFailure";
    this.code = code;
    this.status = status;
  }
}

/** Calls `onStart`, once for all who wait for it; again for the next one when it failed. */
export class Starter {
  #instance: Instance;
  #started = false;
  #starting: Promise<void> | undefined;
  #props: unknown;
  #giveUp: ((failure: StartFailure) => void) | undefined;
  /** It took too long. */
  #late: StartFailure | undefined;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** `undefined` when the instance has started; else a promise that it has, or of a {@linkcode StartFailure}. */
  start(): Promise<void> | undefined {
    if (this.#started) return undefined;
    // onStart still runs: another call of it must not, on the same object.
    if (this.#late !== undefined) return Promise.reject(this.#late);
    return this.#starting ?? this.#begin();
  }

  /** Keeps `props` for `onStart`, unless that was called already. */
  offer(props: unknown): void {
    const isLate = this.#started || this.#starting !== undefined;
    if (props !== undefined && !isLate) this.#props = props;
  }

  timeOut(): void {
    const failure = ["onStart took too long", CloseCode.OVERLOAD, 503] as const;
    this.#late = new StartFailure(...failure);
    this.#giveUp?.(this.#late);
    const { home, outbox } = this.#instance;
    this.#instance.dispose(this.#late.message);
    const discard = () => home.discard(this.#instance);
    // The next instance begins with what this one has written so far.
    if (outbox === undefined) discard();
    else outbox.durable().then(discard, discard);
  }

  #begin(): Promise<void> | undefined {
    const { agent, invoker, home } = this.#instance;
    let result: unknown;
    try {
      const loading = this.#instance.state.load();
      const start = () =>
        invoker.call(this.#instance, agent.onStart, this.#props);
      result = loading === undefined ? start() : loading.then(start);
    } catch (error) {
      return Promise.reject(this.#failed(error));
    }
    if (!isThenable(result)) {
      this.#done();
      return undefined;
    }
    home.starting.add(this);
    invoker.begin();
    this.#starting = new Promise<void>((resolve, reject) => {
      this.#giveUp = reject;
      result.then(
        () => resolve(this.#done()),
        (error) => reject(this.#failed(error)),
      );
    }).finally(() => {
      home.starting.delete(this);
      this.#starting = undefined;
      invoker.end();
    });
    return this.#starting;
  }

  #done(): void {
    if (this.#late !== undefined) return;
    this.#started = true;
    this.#props = undefined;
    const { home, kind, name } = this.#instance;
    home.emit(() => ({ type: "started", agent: kind.className, name }));
  }

  #failed(error: unknown): StartFailure {
    this.#instance.invoker.fail("onStart", error);
    return new StartFailure("internal error", CloseCode.INTERNAL, 500);
  }
}
