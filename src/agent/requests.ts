import type { Instance } from "./instance.ts";
import { CommitFailure } from "./outbox.ts";
import { StartFailure } from "./starter.ts";

/** Has an instance answer an HTTP request through `onRequest`. */
export function answerRequest(
  instance: Instance,
  request: Request,
): Promise<Response> {
  instance.home.occupied(instance);
  return instance.invoker.keep(answer(instance, request));
}

async function answer(
  instance: Instance,
  request: Request,
): Promise<Response> {
  const { agent, invoker } = instance;
  try {
    await instance.start();
    const scope = { agent, request };
    const response = await invoker.call(scope, agent.onRequest, request);
    if (response instanceof Response) {
      await instance.outbox?.durable();
      return response;
    }
    throw new TypeError(
      `Cannot answer a request: onRequest must return a Response: received ${typeof response}`,
    );
  } catch (error) {
    if (error instanceof StartFailure) {
      return new Response(error.message, { status: error.status });
    }
    // That one has been reported.
    if (!(error instanceof CommitFailure)) invoker.fail("onRequest", error);
    return new Response("Internal Server Error", { status: 500 });
  }
}
