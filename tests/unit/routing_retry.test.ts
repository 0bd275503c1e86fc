import assert from "node:assert/strict";
import { test } from "node:test";
import { DurableInstance } from "../../adapters/durable_instance.ts";
import { isMarked, markOf, unmarked } from "../../adapters/durable_mark.ts";
import {
  type RoutingRetryEvent,
  type RoutingRetryOptions,
  withRetries,
} from "../../adapters/routing_retry.ts";

const fast = { baseDelayMs: 1, maxDelayMs: 2 };
const passing = Object.assign(new Error("passing"), { retryable: true });

/** How many attempts are made until the end, when each fails with `error`. */
async function attempts(
  error: unknown,
  options: RoutingRetryOptions | false | undefined,
): Promise<number> {
  let count = 0;
  const failing = () => {
    count++;
    return Promise.reject(error);
  };
  await assert.rejects(withRetries(failing, options, { name: "x" }));
  return count;
}

test("withRetries() makes three attempts, or as many as it is told", async () => {
  assert.equal(await attempts(passing, fast), 3);
  assert.equal(await attempts(passing, { ...fast, maxAttempts: 5 }), 5);
  assert.equal(await attempts(passing, { ...fast, maxAttempts: 1 }), 1);
  assert.equal(await attempts(passing, false), 1);
});

const final: [what: string, error: unknown][] = [
  ["one that is not marked", new Error("no")],
  [
    "an overloaded object",
    Object.assign(new Error("no"), {
      retryable: true,
      overloaded: true,
    }),
  ],
  ["a text", "no"],
  ["nothing", undefined],
];

for (const [what, error] of final) {
  test(`withRetries() does not repeat for ${what}`, async () => {
    let count = 0;
    const failing = () => {
      count++;
      return Promise.reject(error);
    };
    await withRetries(failing, fast, { name: "x" }).then(
      () => assert.fail("it failed"),
      (thrown) => assert.equal(thrown, error),
    );
    assert.equal(count, 1);
  });
}

test("withRetries() resolves with the first success, and says which is the last attempt", async () => {
  const last: boolean[] = [];
  const result = await withRetries(
    (isLast) => {
      last.push(isLast);
      return last.length === 3
        ? Promise.resolve("ok")
        : Promise.reject(passing);
    },
    fast,
    { name: "x" },
  );
  assert.equal(result, "ok");
  assert.deepEqual(last, [false, false, true]);
});

test("onRetry() hears of each wait, which is random below a growing bound", async () => {
  const heard: RoutingRetryEvent[] = [];
  const options = {
    maxAttempts: 7,
    baseDelayMs: 1,
    maxDelayMs: 4,
    onRetry(event: RoutingRetryEvent) {
      heard.push(event);
      throw new Error("of the listener");
    },
  };
  const { error } = console;
  console.error = () => {};
  try {
    assert.equal(await attempts(passing, options), 7);
  } finally {
    console.error = error;
  }
  assert.deepEqual(heard.map(({ attempt }) => attempt), [1, 2, 3, 4, 5, 6]);
  for (const { attempt, maxAttempts, delayMs, name, error } of heard) {
    assert.ok(delayMs >= 0 && delayMs < Math.min(4, 2 ** (attempt - 1)));
    assert.deepEqual([maxAttempts, name, error], [7, "x", passing]);
  }
});

for (
  const bounds of [
    { maxAttempts: 0 },
    { maxAttempts: 1.5 },
    { maxAttempts: NaN },
    { baseDelayMs: 0 },
    { baseDelayMs: 2000 },
    { maxDelayMs: Infinity },
  ]
) {
  test(`withRetries() refuses ${Object.entries(bounds)}`, async () => {
    const attempt = () => Promise.resolve(assert.fail("not called"));
    await assert.rejects(withRetries(attempt, bounds, { name: "x" }), {
      name: "RangeError",
    });
  });
}

/** A namespace that writes down what it is asked, and fails as often as told. */
class Platform {
  asked: unknown[] = [];
  bodies: string[] = [];
  marks: unknown[] = [];
  failures = 0;
  idFromName(name: string): unknown {
    return `id of ${name}`;
  }
  jurisdiction(name: string): Platform {
    this.asked.push(["jurisdiction", name]);
    return this;
  }
  get(id: unknown, options?: unknown) {
    this.asked.push(["get", id, options]);
    return {
      fetch: async (request: Request | string): Promise<Response> => {
        this.bodies.push(await (request as Request).text());
        this.marks.push(markOf(request as Request, id));
        if (this.failures-- > 0) throw passing;
        return new Response("ok");
      },
    };
  }
}

test("A Durable Object is placed where the options say", async () => {
  const platform = new Platform();
  const place = { jurisdiction: "eu", locationHint: "weur" };
  const instance = new DurableInstance(platform, "x", place);
  await instance.fetch(new Request("https://app/"));
  assert.deepEqual(platform.asked, [
    ["jurisdiction", "eu"],
    ["get", "id of x", { locationHint: "weur" }],
  ]);
});

test("A repeated request has its body, and a new stub", async () => {
  const platform = new Platform();
  platform.failures = 2;
  const instance = new DurableInstance(platform, "x", { routingRetry: fast });
  const request = new Request("https://app/", { method: "POST", body: "text" });
  assert.equal(await (await instance.fetch(request)).text(), "ok");
  assert.deepEqual(platform.bodies, ["text", "text", "text"]);
  assert.equal(platform.asked.length, 3);
});

test("A request without a mark is one of a client", () => {
  const request = new Request("https://app/", {
    headers: { roamMark: "{}", cf: '{"roamMark":{}}' },
  });
  assert.equal(markOf(request, "id of x"), undefined);
  const cf = { roamMark: { props: 1, id: "id of x" }, colo: "XYZ" };
  const marked = Object.defineProperty(request, "cf", { value: cf });
  assert.deepEqual(markOf(marked, "id of x")?.props, 1);
  assert.equal(isMarked(unmarked(marked)), false);
});

test("A mark that does not know the object's id is nobody's", () => {
  for (const id of [undefined, null, "", "x", "id of y", ["id of x", 1]]) {
    const cf = { roamMark: { call: { method: "secret", depth: 0 }, id } };
    const request = new Request("https://app/");
    Object.defineProperty(request, "cf", { value: cf });
    assert.equal(markOf(request, "id of x"), undefined);
    assert.equal(isMarked(request), true);
  }
});

test("What a client has put into cf goes no further", async () => {
  const platform = new Platform();
  const instance = new DurableInstance(platform, "x", {});
  const cf = { roamMark: { id: "id of x", props: 1 } };
  const request = new Request("https://app/", { method: "POST", body: "text" });
  Object.defineProperty(request, "cf", { value: cf });
  await instance.fetch(request);
  assert.deepEqual(platform.marks, [undefined]);
});
