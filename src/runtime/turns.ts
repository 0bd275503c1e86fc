/** While the messages of a connection are quick, the time is looked at less and less often: at most after so many in a row, or 4 KiB of each. */
const MAX_PER_LOOK = 8;
const QUICK_MS = 0.5;
/** Milliseconds that one connection may have in a row. */
const SHARE_MS = 25;
/** Milliseconds that what it sent too fast gets at a time. */
const SLICE_MS = 8;

/** Work that is done bit by bit. */
export interface TurnWork {
  /** Does the next bit. `false` when there was none, or nothing is left. */
  step(): boolean;
}

/** The parts of a clock that turns are measured by. */
interface TurnClock {
  now(): number;
  soon(job: () => void): void;
  later(job: () => void): void;
}

/**
 * Sees to it that no connection keeps the others waiting. A runtime hands over
 * all that one socket has received before it looks at the next one; so what
 * comes after a fair share of time is done later, between the others.
 */
export class Turns {
  #clock: TurnClock;
  #holder: unknown;
  #weight = 0;
  #perLook = 1;
  #since: number | undefined;
  #looked = 0;
  #work: TurnWork[] = [];

  constructor(clock: TurnClock) {
    this.#clock = clock;
  }

  /** Whether `holder` has had its share. Called for each message: cheap until many of one holder come in a row. */
  isOver(holder: unknown, bytes: number): boolean {
    if (this.#holder !== holder) {
      this.#holder = holder;
      this.#weight = 0;
      // Its messages may take longer than those of the one before.
      this.#perLook = 1;
      this.#since = undefined;
      return false;
    }
    this.#weight += 1 + (bytes >>> 12);
    return this.#weight >= this.#perLook && this.#look();
  }

  /** Has `work` done in later turns. */
  add(work: TurnWork): void {
    if (this.#work.push(work) === 1) this.#clock.soon(() => this.#run());
  }

  #look(): boolean {
    this.#weight = 0;
    const now = this.#clock.now();
    if (this.#since === undefined) {
      this.#since = this.#looked = now;
      return false;
    }
    const isQuick = now - this.#looked < QUICK_MS;
    this.#perLook = isQuick ? Math.min(this.#perLook * 2, MAX_PER_LOOK) : 1;
    this.#looked = now;
    if (now - this.#since < SHARE_MS) return false;
    this.#holder = undefined;
    return true;
  }

  #run(): void {
    const end = this.#clock.now() + SLICE_MS;
    const work = this.#work[0];
    let goesOn = true;
    while (goesOn && this.#clock.now() < end) goesOn = work.step();
    this.#work.shift();
    if (goesOn) this.#work.push(work);
    // Not soon: on Deno that comes before what others have sent, again and again.
    if (this.#work.length > 0) this.#clock.later(() => this.#run());
  }
}
