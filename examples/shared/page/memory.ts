// What the browser remembers. Where it may not, a visit starts afresh.

type Store = "localStorage" | "sessionStorage";

/** What is kept under `key`, or `otherwise`. */
export function recall<T>(store: Store, key: string, otherwise: T): T {
  try {
    const text = globalThis[store].getItem(`roam:${key}`);
    return JSON.parse(text ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps a JSON value. */
export function remember(store: Store, key: string, value: unknown): void {
  try {
    globalThis[store].setItem(`roam:${key}`, JSON.stringify(value));
  } catch {
    // Storage is full, or forbidden.
  }
}
