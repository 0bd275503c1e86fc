// What the browser remembers. Where it may not, a visit starts afresh.

/** What is kept under `key` in `storage`, or `otherwise`. */
export function recall(storage, key, otherwise) {
  try {
    return JSON.parse(globalThis[storage].getItem(`roam-chat:${key}`)) ??
      otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(storage, key, value) {
  try {
    globalThis[storage].setItem(`roam-chat:${key}`, JSON.stringify(value));
  } catch {
    // Storage is full, or forbidden.
  }
}
