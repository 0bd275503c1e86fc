import type { Activity } from "../runtime/activity.ts";

/** Keeps an instance in memory while somebody asks for it. Nothing of it is stored. */
export class KeepAlive {
  #activity: Activity;
  #changed: () => void;
  #count = 0;

  /** `changed` is called when the first one asks, and when the last one does no more. */
  constructor(activity: Activity, changed: () => void) {
    this.#activity = activity;
    this.#changed = changed;
  }

  /** Whether somebody does. */
  get isOn(): boolean {
    return this.#count > 0;
  }

  /** Begins to; the returned function ends it, once. */
  hold(): () => void {
    this.#activity.begin();
    if (this.#count++ === 0) this.#changed();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#count === 0) this.#changed();
      this.#activity.end();
    };
  }
}
