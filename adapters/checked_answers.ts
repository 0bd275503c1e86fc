import { guarded } from "../src/host/serve.ts";
import { isThenable } from "../src/runtime/thenable.ts";
import type { LocalEntry, LocalOptions } from "./serve_local.ts";

/**
 * `entry`, which answers 500 where the fallback, or the app, returns no
 * `Response`: Deno ends the process with that, by an error that nobody can
 * catch, and Bun answers with a page of its own. `upgrades` tells whether
 * `undefined` stands for an upgraded request.
 */
export function withCheckedAnswers<Native extends unknown[]>(
  entry: LocalEntry<Native>,
  options: LocalOptions<Native>,
  upgrades: boolean,
): LocalEntry<Native> {
  if ((options.fallback ?? options.worker) === undefined) return entry;
  const fetch = guarded<Native>((request, ...native) => {
    const isFree = upgrades && request.headers.has("upgrade");
    const answer = entry.fetch(request, ...native);
    return isThenable(answer)
      ? answer.then((late) => checked(late, isFree))
      : checked(answer, isFree);
  }, options);
  return { ...entry, fetch };
}

function checked(answer: Response, isFree: boolean): Response {
  if (answer instanceof Response || isFree) return answer;
  throw new TypeError(
    `the fallback, or the app, must return a Response: received ${
      answer === null ? "null" : typeof answer
    }`,
  );
}
