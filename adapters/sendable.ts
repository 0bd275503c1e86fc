import type { Answer, MaybePromise } from "../src/host/platform.ts";
import { internalError } from "../src/runtime/responses.ts";
import { isThenable } from "../src/runtime/thenable.ts";

/**
 * `answer`, or a 500 in the place of what no runtime can send: a `Response`
 * that was sent before, as one that an app keeps, or read. Deno would end the
 * process, and Bun show a page with the sources.
 */
export function sendable<T extends Answer | null>(
  answer: MaybePromise<T>,
): MaybePromise<T | Response> {
  if (isThenable(answer)) return answer.then(sent);
  return sent(answer as T);
}

/** As {@linkcode sendable}, where nobody else is left to answer `request`: only an upgrade has no `Response`. */
export function answered(
  answer: MaybePromise<Response>,
  request: Request,
): MaybePromise<Response> {
  const check = (answer: Response) => {
    // Of whichever copy of the class it is.
    if (answer?.headers !== undefined) return sent(answer);
    const upgrade = request.headers.get("upgrade");
    if (answer === undefined && upgrade !== null) return answer;
    const received = answer === null ? "null" : typeof answer;
    return unsent(
      `the fallback, or the app, must return a Response: received ${received}`,
    );
  };
  return isThenable(answer) ? answer.then(check) : check(answer as Response);
}

function sent<T extends Answer | null>(answer: T): T | Response {
  if (!answer || (!answer.bodyUsed && answer.status !== 0)) return answer;
  const received = answer.status === 0
    ? "Response.error()"
    : "one that was sent before, or read";
  return unsent(
    `each answer must be a Response of its own, as clone() makes one: received ${received}`,
  );
}

function unsent(why: string): Response {
  console.error(new TypeError(`Cannot answer a request: ${why}`));
  return internalError();
}
