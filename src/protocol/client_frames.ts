/** Calls a method. */
export function callFrame(
  id: string,
  method: string,
  args: readonly unknown[],
): string {
  return JSON.stringify({ args, id, method, type: "rpc" });
}

/** Extension: the caller is not interested any more. */
export function cancelFrame(id: string): string {
  return JSON.stringify({ type: "roam_cancel", id });
}

/** What the extensions add to a write of state. */
export interface WriteKeys {
  readonly id: string;
  /** The revision that the value was derived from; absent when none is known. */
  readonly epoch?: unknown;
  readonly rev?: unknown;
  /** Wants to be refused when the state is at another revision. */
  readonly strict?: boolean;
}

/** Changes the state at the revision that `keys` say; `operations` is JSON. */
export function patchWriteFrame(operations: string, keys: WriteKeys): string {
  const rest = JSON.stringify({ type: "roam_state_patch", ...keys });
  return `{"ops":${operations},${rest.slice(1)}`;
}

/** Replaces the state by `json`. */
export function stateWriteFrame(json: string, keys?: WriteKeys): string {
  const rest = JSON.stringify({ type: "cf_agent_state", ...keys });
  return `{"state":${json},${rest.slice(1)}`;
}
