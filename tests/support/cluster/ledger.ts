/** The newest life of each instance that somebody has heard of. */
export type Lives = Map<string, number>;

/** What the next answer of an instance may be that adds one to a number of this client at each call. */
export class Ledger {
  acknowledged = 0;
  /** Calls that nobody has answered: each may have been done or not. */
  unknown = 0;
  #room: string;
  #lives: Lives;
  #last = 0;
  /** The newest life when the last call was made. */
  #life = 0;

  constructor(room: string, lives: Lives) {
    this.#room = room;
    this.#lives = lives;
  }

  /** A call is on its way. */
  asks(): void {
    this.#life = this.#lives.get(this.#room) ?? 0;
    this.unknown++;
  }

  /** It is answered by the number, and by how often the instance has begun to live. Returns what is wrong with that. */
  answered(value: number, life: number): string | undefined {
    const last = this.#last;
    this.#last = value;
    this.unknown--;
    this.acknowledged++;
    const newest = this.#lives.get(this.#room) ?? 0;
    this.#lives.set(this.#room, Math.max(life, newest));
    if (value <= last) return `lost: ${value} after ${last}`;
    // One that was not answered may have been done much later.
    const calls = this.acknowledged + this.unknown;
    if (value > calls) return `twice: ${value} after ${calls} calls`;
    if (life >= this.#life) return undefined;
    // Somebody had heard of a later one before this was asked.
    return `two owners: life ${life} answers after life ${this.#life}`;
  }
}
