import type { Hook } from "../runtime/invoker.ts";
import type { StateClient, StateOwner } from "./owner.ts";

/** Changes of the state in `onStateChanged`, of the state in `onStateChanged`, … that are taken for a loop. */
const MAX_CHAIN = 100;

/** One change of the state. */
interface Change {
  readonly value: unknown;
  readonly source: StateClient | undefined;
}

/** Calls `onStateChanged`, or the hook under its older name, once for each change and in order. */
export class ChangeHook {
  #owner: StateOwner;
  /** Changes that it has not been told of, while it runs. */
  #news: Change[] | undefined;

  constructor(owner: StateOwner) {
    this.#owner = owner;
  }

  /** Tells of a change. One that the hook makes itself is told when the hook has returned. */
  tell(value: unknown, source: StateClient | undefined): void {
    const hook = changeHook(this.#owner);
    if (hook === undefined) return;
    if (this.#news !== undefined) {
      this.#news.push({ value, source });
      return;
    }
    this.#news = [{ value, source }];
    try {
      this.#call(hook, this.#news);
    } finally {
      this.#news = undefined;
    }
  }

  /** `news` grows while it is read. */
  #call(hook: Hook, news: readonly Change[]): void {
    const { invoker } = this.#owner;
    for (let at = 0; at < news.length; at++) {
      if (at === MAX_CHAIN) {
        const problem = `it set the state again ${MAX_CHAIN} times in a row`;
        const error = `Cannot call onStateChanged: ${problem}`;
        return invoker.fail("onStateChanged", new RangeError(error));
      }
      const { value, source } = news[at];
      const from = source?.connection ?? "server";
      invoker.run("onStateChanged", source, hook, value, from);
    }
  }
}

/** The hook, under whichever name somebody wrote it. */
export function changeHook({ hooks }: StateOwner): Hook | undefined {
  return hooks.onStateChanged ?? hooks.onStateUpdate;
}

/** Throws a `TypeError` for an agent that has it under both. */
export function assertOneHook({ agent, hooks }: StateOwner): void {
  if (hooks.onStateChanged === undefined || hooks.onStateUpdate === undefined) {
    return;
  }
  throw new TypeError(
    `Cannot start agent ${agent.constructor.name}: it overrides both onStateChanged and onStateUpdate, which is the older name of the same hook`,
  );
}
