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

function sent<T extends Answer | null>(answer: T): T | Response {
  if (!answer || (!answer.bodyUsed && answer.status !== 0)) return answer;
  const received = answer.status === 0
    ? "Response.error()"
    : "one that was sent before, or read";
  const message =
    `Cannot answer a request: each answer must be a Response of its own, as clone() makes one: received ${received}`;
  console.error(new TypeError(message));
  return internalError();
}
