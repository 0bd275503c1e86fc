/** About 25 days, the longest that a timer can take. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Keeps the process until `work` has settled: the library's own timers don't,
 * and with nothing else to do Node ends amid an `await`.
 */
export async function keepProcess<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, LONGEST_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
