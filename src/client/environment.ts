/** What the client asks of its surroundings. Tests put others in their place. */
export interface Environment {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** Calls `run` after `ms` milliseconds unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
  /** `false` only where the system knows that there is no network. */
  isOnline(): boolean;
  /** Calls `wake` when the network is back or the page is seen again; returns how to stop that. */
  onWake(wake: () => void): () => void;
}

/** The part of a `Document` that matters here. */
interface Page extends Partial<EventTarget> {
  readonly visibilityState: string;
}

/** A longer delay would end at once on every runtime. */
export const MAX_DELAY = 2 ** 31 - 1;

/** The page, or the process. */
export const surroundings: Environment = {
  now: () => performance.now(),
  random: () => Math.random(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, MAX_DELAY));
    return () => clearTimeout(timer);
  },
  isOnline: () =>
    (globalThis.navigator as { onLine?: boolean })?.onLine !== false,
  onWake(wake) {
    const page = (globalThis as { document?: Page }).document;
    const seen = () => page!.visibilityState === "visible" && wake();
    // Node and React Native have no events of their own to listen to.
    globalThis.addEventListener?.("online", wake);
    page?.addEventListener?.("visibilitychange", seen);
    return () => {
      globalThis.removeEventListener?.("online", wake);
      page?.removeEventListener?.("visibilitychange", seen);
    };
  },
};
