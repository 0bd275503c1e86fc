/** Another process has the instance now, and nothing was stored or called here. */
export class MovedError extends Error {
  /** Tells it from other errors of a storage. */
  readonly moved = true;

  constructor(why: string) {
    super(`Another process has the instance: ${why}`);
    this.name = "MovedError";
  }
}

/** Whether `error` says that. */
export function hasMoved(error: unknown): boolean {
  return (error as { moved?: unknown } | null | undefined)?.moved === true;
}
