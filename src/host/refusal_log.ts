const WINDOW_MS = 60_000;
/** Lines in a minute: what an attacker sends must not fill the log. */
const MOST_LINES = 20;
const LONGEST = 100;

/** Tells the operator why requests are refused: each reason once a minute, and not many of them. */
export class RefusalLog {
  #said = new Set<string>();
  #since = -Infinity;
  #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Prints `line`, unless it was printed lately. */
  warn(line: string): void {
    const now = this.#now();
    if (now - this.#since >= WINDOW_MS) {
      this.#said.clear();
      this.#since = now;
    }
    if (this.#said.size >= MOST_LINES || this.#said.has(line)) return;
    this.#said.add(line);
    console.warn(line);
  }
}

/** What a client sent, for a log: in quotes, of bounded length, and without what a terminal would obey. */
export function quoted(text: string): string {
  const start = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return JSON.stringify(start).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
