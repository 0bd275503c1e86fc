import { internalError, refusal } from "../runtime/responses.ts";
import type { Instance } from "./instance.ts";
import { CommitFailure } from "../durability/outbox.ts";
import { StartFailure } from "./starter.ts";

/** Has an instance answer an HTTP request through `onRequest`. */
export function answerRequest(
  instance: Instance,
  request: Request,
  data: unknown,
): Promise<Response> {
  const { activity, address, host } = instance;
  const answering = activity.keep(answer(instance, request, data));
  if (host.isObserved) {
    const since = host.now;
    // It never rejects.
    answering.then(({ status }) =>
      host.emit(() => ({
        type: "request",
        ...address,
        method: request.method,
        status,
        ms: host.now - since,
      }))
    );
  }
  return answering;
}

async function answer(
  instance: Instance,
  request: Request,
  data: unknown,
): Promise<Response> {
  const { agent, invoker } = instance;
  try {
    await instance.start();
    const scope = { agent, request };
    const response = await invoker.call(scope, agent.onRequest, request, {
      data,
    });
    // One that was sent before, or `Response.error()`, would end a process of Deno.
    if (
      response instanceof Response && !response.bodyUsed && response.status
    ) {
      await instance.durable();
      return response;
    }
    throw new TypeError(
      `Cannot answer a request: onRequest must return a Response of its own: received ${typeof response}`,
    );
  } catch (error) {
    if (error instanceof StartFailure) {
      return refusal(error.status, error.message);
    }
    // That one has been reported.
    if (!(error instanceof CommitFailure)) invoker.fail("onRequest", error);
    return internalError();
  }
}
