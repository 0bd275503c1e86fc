import type { Activity } from "../runtime/activity.ts";

/**
 * `response`, with a body that keeps an instance in memory while somebody
 * reads it: from the first read to its end, or until the reader gives up.
 */
export function keepingWhileRead(
  response: Response,
  activity: Activity,
): Response {
  const { body } = response;
  if (body === null) return response;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isOver = false;
  const end = () => {
    if (reader !== undefined && !isOver) activity.end();
    isOver = true;
  };
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (reader === undefined) {
        reader = body.getReader();
        activity.begin();
      }
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        end();
        throw error;
      }
    },
    cancel(reason) {
      end();
      return reader === undefined ? body.cancel(reason) : reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response(watched, response);
}
