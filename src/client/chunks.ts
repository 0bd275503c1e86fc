import type { CallOptions } from "./calls.ts";

/**
 * The pieces of a streamed call as they come. `start` is called at the first
 * `next()`; leaving the loop aborts the call. The iterator's return value is
 * what the method ended with.
 */
export async function* chunksOf<Chunk, Final>(
  start: (options: CallOptions<Chunk>) => Promise<Final>,
  { signal, timeout }: CallOptions<Chunk>,
): AsyncGenerator<Chunk, Final, void> {
  const leave = new AbortController();
  const own = leave.signal;
  const chunks: Chunk[] = [];
  let arrived = () => {};
  let isDone = false;
  const call = start({
    signal: signal ? AbortSignal.any([signal, own]) : own,
    timeout,
    stream: {
      onChunk(chunk) {
        chunks.push(chunk);
        arrived();
      },
    },
  }).finally(() => {
    isDone = true;
    arrived();
  });
  // It is awaited when the pieces before it have been taken.
  call.catch(() => {});
  try {
    while (true) {
      if (chunks.length > 0) yield chunks.shift()!;
      else if (isDone) return await call;
      else await new Promise<void>((resolve) => arrived = resolve);
    }
  } finally {
    leave.abort();
  }
}
