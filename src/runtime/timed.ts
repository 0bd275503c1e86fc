import type { HostEvent } from "./events.ts";
import type { HostServices } from "./host_services.ts";
import { isThenable } from "./thenable.ts";

/** Runs `run`, and reports what `tell` makes of how long it took, until its promise has settled, and whether it failed. For hosts that are observed. */
export function timed<Result>(
  host: HostServices,
  run: () => Result,
  tell: (ms: number, failed: boolean) => HostEvent,
): Result {
  const since = host.now;
  const done = (failed: boolean) =>
    host.emit(() => tell(host.now - since, failed));
  let result: Result;
  try {
    result = run();
  } catch (error) {
    done(true);
    throw error;
  }
  if (isThenable(result)) result.then(() => done(false), () => done(true));
  else done(false);
  return result;
}
