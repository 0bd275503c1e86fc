import { EngineError, type Fenced } from "./engine.ts";

/** What a change of the fence does: `undefined` when the engine has another fence. */
export type Change<T> = (
  fences: readonly string[],
  next: string,
) => Promise<T | undefined>;

/**
 * The fence of a node, which the engine compares with its own in each statement
 * that writes. As long as nobody knows how a change of it has ended, it is one of
 * several, and nothing may be written but another change.
 */
export class Fence {
  #fences: readonly string[];
  #uuid: () => string;

  constructor(uuid: () => string) {
    this.#uuid = uuid;
    this.#fences = [uuid()];
  }

  /** Whether it is known which one the engine has. */
  get isSure(): boolean {
    return this.#fences.length === 1;
  }

  /** All that the engine may have. */
  get all(): readonly string[] {
    return this.#fences;
  }

  /** For a statement of `node` that does not change it. */
  of(node: string): Fenced {
    return { node, fences: this.#fences };
  }

  /**
   * Has `run` change it to one that never was. One change at a time. An earlier
   * change whose end is not known does nothing any more when it comes after this.
   */
  async change<T>(run: Change<T>): Promise<T | undefined> {
    const before = this.#fences;
    const next = this.#uuid();
    // From now on, until its end is known.
    this.#fences = [...before, next];
    try {
      const result = await run(before, next);
      if (result !== undefined) this.#fences = [next];
      return result;
    } catch (error) {
      const isUndone = error instanceof EngineError && error.end !== "unknown";
      if (isUndone) this.#fences = before;
      throw error;
    }
  }
}
