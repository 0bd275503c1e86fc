/** The same problem is written once in so many milliseconds. */
const QUIET_MS = 60_000;

/** What is wrong now, for an operator: as long as it is, in the health of the node, and once in the log. */
export class ProblemLog {
  /** A sentence, or nothing. */
  now: string | undefined;
  #clock: () => number;
  #written = new Map<string, number>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  report(problem: string): void {
    this.now = problem;
    const now = this.#clock();
    const last = this.#written.get(problem) ?? -Infinity;
    if (now - last < QUIET_MS) return;
    this.#written.clear();
    this.#written.set(problem, now);
    console.error(problem);
  }

  solved(): void {
    this.now = undefined;
  }
}
