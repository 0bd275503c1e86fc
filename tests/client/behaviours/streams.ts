import { behaviour } from "./behaviour.ts";
import { equal, rejects } from "./expect.ts";

behaviour("A stream calls back with each piece", async (bench) => {
  const client = bench.client("StreamsAgent");
  const options = (seen: unknown[]) => ({
    onChunk: (chunk: unknown) => seen.push(chunk),
    onDone: (final: unknown) => seen.push({ final }),
    onError: (message: string) => seen.push({ message }),
  });
  for (const nested of [true, false]) {
    const seen: unknown[] = [];
    const stream = options(seen);
    const call = client.call("count", [3], nested ? { stream } : stream);
    equal(await call, "3 in all");
    equal(seen, [0, 1, 2, { final: "3 in all" }]);
  }
  const seen: unknown[] = [];
  await rejects(client.call("breaks", [], options(seen)), {
    message: "amid the stream",
  });
  equal(seen, [1, { message: "amid the stream" }]);
});

behaviour(
  "stream() iterates over the pieces, and returns what the method does",
  async (bench) => {
    const client = bench.client("StreamsAgent");
    const words: unknown[] = [];
    for await (const word of client.stream("words", ["to be or not"])) {
      words.push(word);
    }
    equal(words, ["to", "be", "or", "not"]);
    const pieces = client.stream("count", [2]);
    const results = [await pieces.next(), await pieces.next()];
    equal(results.map(({ value }) => value), [0, 1]);
    equal(await pieces.next(), { done: true, value: "2 in all" });
    // Several at a time do not mix.
    const all = await Promise.all([5, 50, 500].map(async (to) => {
      const seen: unknown[] = [];
      for await (const n of client.stream("countUp", [to])) seen.push(n);
      return seen;
    }));
    equal(all.map((seen) => [seen.length, seen.at(-1)]), [
      [5, 4],
      [50, 49],
      [500, 499],
    ]);
  },
);

behaviour(
  "stream() throws what the method threw, after the pieces before it",
  async (bench) => {
    const client = bench.client("StreamsAgent");
    const pieces = client.stream("breaks");
    equal((await pieces.next()).value, 1);
    await rejects(pieces.next(), {
      name: "AgentClientError",
      code: "FAILED",
      message: "amid the stream",
    });
  },
);

behaviour("Leaving the loop ends the stream on the server", async (bench) => {
  const name = bench.name();
  const client = bench.client("StreamsAgent", { name });
  for await (const piece of client.stream("endless")) {
    if (piece === 3) break;
  }
  await bench.noted("returned", name, "endless");
  equal(await client.call("add", [1, 2]), 3);
});

behaviour("A signal ends a stream here and there", async (bench) => {
  const name = bench.name();
  const client = bench.client("StreamsAgent", { name });
  const leave = new AbortController();
  const pieces = client.stream("stuck", [], { signal: leave.signal });
  equal((await pieces.next()).value, "then it waits");
  const next = pieces.next();
  leave.abort();
  await rejects(next, { code: "ABORTED", mayHaveRun: true });
  await bench.noted("returned", name, "stuck");
});

behaviour("A stream ends with its connection", async (bench) => {
  const name = bench.name();
  const client = bench.client("StreamsAgent", { name });
  const pieces = client.stream("endless", [10]);
  equal((await pieces.next()).value, 0);
  client.reconnect();
  const drained = (async () => {
    for await (const _ of pieces);
  })();
  await rejects(drained, { code: "CONNECTION_LOST", mayHaveRun: true });
  await bench.noted("returned", name, "endless");
});
