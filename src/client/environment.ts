/** What the client asks of its surroundings. Tests put others in their place. */
export interface Environment {
  /** From 0 up to 1. */
  random(): number;
  /** Calls `run` after `ms` milliseconds unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
  /** `false` only where the system knows that there is no network. */
  isOnline(): boolean;
  /** Calls `wake` when the network comes or goes, or the page is seen again; returns how to stop that. */
  onWake(wake: () => void): () => void;
}

/** The part of a `Document` that matters here. */
interface Page extends Partial<EventTarget> {
  readonly visibilityState: string;
}

/** Calls `run` after `ms` milliseconds unless the returned function is called before. */
export function after(ms: number, run: () => void): () => void {
  // A delay of more than 2^31 would end at once on every runtime.
  const timer = setTimeout(run, Math.min(ms, 1e9));
  return () => clearTimeout(timer);
}

/** An id that nobody else has. */
export function randomId(): string {
  // Pages without TLS have no `randomUUID`, and React Native has no `crypto`.
  return globalThis.crypto?.randomUUID?.() ??
    `${Math.random()}`.slice(2);
}

/** The page, or the process. */
export const surroundings: Environment = {
  random: Math.random,
  after,
  isOnline: () =>
    (globalThis.navigator as { onLine?: boolean })?.onLine !== false,
  onWake(wake) {
    const stop = new AbortController();
    const { signal } = stop;
    const page = (globalThis as { document?: Page }).document;
    const seen = () => page!.visibilityState === "visible" && wake();
    // Node and React Native have no events of their own to listen to.
    globalThis.addEventListener?.("online", wake, { signal });
    globalThis.addEventListener?.("offline", wake, { signal });
    page?.addEventListener?.("visibilitychange", seen, { signal });
    return () => stop.abort();
  },
};
