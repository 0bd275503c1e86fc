/** Why a value can't be a state. */
export class StateError extends TypeError {
  /** Stable, for programs: `INVALID`, no JSON; `TOO_LARGE`, past `limits.stateBytes`. */
  declare readonly code: "INVALID" | "TOO_LARGE";

  /** Made by `setState`. */
  constructor(code: "INVALID" | "TOO_LARGE", problem: string) {
    super(`Cannot set state: ${problem}`);
    Object.assign(this, { name: "StateError", code });
  }
}
