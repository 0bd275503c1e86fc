// What is worth knowing of the lines that a soak prints.

/** `seed 7: …`, packets, what survives, how long new users need, and what runners say last. */
const KEPT =
  /^(?:seed \d+: |\d+(?: and \d+)* packets lost|SURVIVED |\d+ of \d+ mutants |.* s to two browsers: |(?:ok|FAILED) \| \d| *\d+ (?:pass|skip|fail)$|ℹ (?:pass|skipped|fail) \d)/;

/** Keeps such lines, and the sum of what went through poolers. */
export class Figures {
  #lines = [];
  #pooled = { transactions: 0, waitedMs: 0 };

  add(line) {
    const pooled = /^pooler: (\d+) transactions, (\d+) ms waited$/.exec(line);
    if (pooled !== null) {
      this.#pooled.transactions += Number(pooled[1]);
      this.#pooled.waitedMs += Number(pooled[2]);
    }
    if (KEPT.test(line)) this.#lines.push(line);
  }

  get lines() {
    const { transactions, waitedMs } = this.#pooled;
    if (transactions === 0) return this.#lines;
    return [
      ...this.#lines,
      `${transactions} transactions through the pooler, ${waitedMs} ms of waiting for one of its connections`,
    ];
  }
}
