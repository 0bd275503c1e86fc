import { until } from "../../support/clients/events.ts";
import { answer } from "./answer.ts";
import { behaviour } from "./behaviour.ts";
import type { Bench } from "./bench.ts";
import { check, equal, rejects, throws } from "./expect.ts";

interface State {
  count?: number;
  by?: string;
  forbidden?: boolean;
}

behaviour(
  "State comes down, and goes up, and the write is acknowledged",
  async (bench) => {
    const name = bench.name();
    const updates: [who: number, state: State, source: string][] = [];
    const [mine, theirs] = [0, 1].map((index) =>
      bench.client<State>("StateAgent", {
        name,
        onStateUpdate: (state, source) => updates.push([index, state, source]),
      })
    );
    await until(mine, () => mine.state?.count === 0);
    await until(theirs, () => theirs.state?.count === 0);
    updates.length = 0;
    const written = mine.setState({ by: "me" });
    equal([mine.state, mine.pending], [{ by: "me" }, 1]);
    await written;
    equal(mine.pending, 0);
    await until(theirs, () => theirs.state?.by === "me");
    await theirs.setState({ by: "them" });
    await until(mine, () => mine.state?.by === "them");
    equal(updates.filter(([who]) => who === 0), [
      [0, { by: "me" }, "client"],
      [0, { by: "them" }, "server"],
    ]);
  },
);

behaviour("A write that is refused is taken back", async (bench) => {
  const name = bench.name();
  const errors: string[] = [];
  const onStateUpdateError = (error: string) => errors.push(error);
  const client = bench.client<State>("StateAgent", {
    name,
    onStateUpdateError,
  });
  await client.setState({ count: 1 });
  const rejected = client.setState({ forbidden: true });
  equal(client.state, { forbidden: true });
  await rejects(rejected, {
    name: "AgentClientError",
    code: "REJECTED",
    mayHaveRun: false,
  });
  equal(client.state, { count: 1 });
  const large = client.setState({ by: "x".repeat(1001) });
  await rejects(large, { code: "TOO_LARGE", mayHaveRun: false });
  equal(client.state, { count: 1 });
  const query = { readonly: "1" };
  const reader = bench.client<State>("StateAgent", { name, query });
  await until(reader, () => reader.state?.count === 1);
  const refused = reader.setState({ count: 2 });
  await rejects(refused, { code: "READONLY", mayHaveRun: false });
  const full = client.setState({ by: "nobody" });
  await rejects(full, {
    name: "AgentClientError",
    code: "NOBODY",
    message: "Somebody has to write",
    mayHaveRun: false,
  });
  equal([reader.state, client.state], [{ count: 1 }, { count: 1 }]);
  equal(errors.length, 3);
  equal(errors[2], "Somebody has to write");
});

behaviour(
  "A state that is too large is refused before it is sent, and the connection stays",
  async (bench) => {
    const { WebSocket, sent } = bench.spy();
    const errors: string[] = [];
    const client = bench.client<State>("StateAgent", {
      WebSocket,
      onStateUpdateError: (error) => errors.push(error),
    });
    let ends = 0;
    client.onclose = () => ends++;
    // The limit of 1,000 bytes is the server's, and was not known yet.
    const early = client.setState({ by: "x".repeat(2000) });
    await rejects(early, { code: "TOO_LARGE", mayHaveRun: false });
    for (const length of [991, 992, 1100, 5000]) {
      const written = client.setState({ by: "x".repeat(length) });
      if (length === 991) await written;
      else await rejects(written, { code: "TOO_LARGE", mayHaveRun: false });
      equal(client.state?.by?.length, 991);
    }
    const larger = client.setState(({ by }) => ({ by: by + "x" }));
    await rejects(larger, { code: "TOO_LARGE", mayHaveRun: false });
    equal(client.state?.by?.length, 991);
    const writes = sent.filter((data) => `${data}`.includes("cf_agent_state"));
    equal([writes.length, ends, errors.length], [1, 0, 5]);
    check(/it has 1001 bytes as JSON/.test(errors[1]), errors[1]);
  },
);

behaviour(
  "What the writer keeps is what the others get, and nobody can change it",
  async (bench) => {
    const name = bench.name();
    // deno-lint-ignore no-explicit-any -- it changes its shape
    const client = () => bench.client<any>("StateAgent", { name });
    const [mine, theirs] = [client(), client()];
    await theirs.ready;
    const list = [1];
    const odd = { when: new Date(0), gone: undefined, list, zero: -0 };
    const written = mine.setState(odd);
    list.push(2);
    const kept = { when: "1970-01-01T00:00:00.000Z", list: [1], zero: 0 };
    equal(mine.state, kept);
    await written;
    await until(theirs, () => theirs.state?.when);
    for (const { state } of [mine, theirs]) {
      equal(state, kept);
      await throws(() => state.list.push(3), { name: "TypeError" });
      await throws(() => state.when = "", { name: "TypeError" });
    }
    const { list: same } = mine.state;
    await mine.setState({ ...mine.state, more: [mine.state.list] });
    check(mine.state.list === same, "what has not changed is the same object");
    check(mine.state.more[0] === same, "also where it stands elsewhere");
  },
);

for (
  const [what, value, problem] of [
    ["NaN", { n: NaN }, 'the part ".n" of it is NaN'],
    ["1e999", [1e999], 'the part "[0]" of it is Infinity'],
    ["a Map", { a: [new Map()] }, 'the part ".a[0]" of it is a Map'],
    ["an Error", new Error("odd"), "it is a Error"],
    ["bytes", { b: new Uint8Array(2) }, 'the part ".b" of it is a Uint8Array'],
    ["a function", { f() {} }, 'the part ".f" of it is a function'],
    ["a bigint", [1n], 'the part "[0]" of it is a bigint'],
    ["a key that reaches a prototype", JSON.parse('{"__proto__":1}'), ""],
    ["undefined", undefined, "it is undefined"],
  ] as const
) {
  behaviour(`A state that JSON can't carry throws: ${what}`, async (bench) => {
    const client = bench.client<unknown>("StateAgent");
    await client.ready;
    await throws(() => client.setState(value), {
      name: "StateError",
      code: "INVALID",
      message: `Cannot set state: ${problem || 'it has the key "__proto__"'}`,
    });
    const made = client.setState(() => value);
    await rejects(made, { name: "StateError", code: "INVALID" });
    equal([client.state, client.pending], [{ count: 0 }, 0]);
  });
}

behaviour("What is no JSON throws, and changes nothing", async (bench) => {
  const client = bench.client("StateAgent");
  await until(client, () => client.state !== undefined);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  await throws(() => client.setState(circle), { name: "StateError" });
  await throws(() => client.setState(undefined), { name: "StateError" });
  equal([client.state, client.pending], [{ count: 0 }, 0]);
});

behaviour("No increment of several clients is lost", async (bench) => {
  const clients = await several(bench, 4);
  const writes = clients.flatMap((client) =>
    Array.from({ length: 15 }, () => client.setState(increment))
  );
  await Promise.all(writes);
  for (const client of clients) {
    await until(client, () => client.state?.count === 60);
  }
});

behaviour(
  "setState(function) a thousand times in one turn is one small frame",
  async (bench) => {
    const { WebSocket, sent } = bench.spy();
    const name = bench.name();
    const client = bench.client<State>("StateAgent", { name, WebSocket });
    const other = bench.client<State>("StateAgent", { name });
    await Promise.all([client.ready, other.ready]);
    const before = sent.length;
    await Promise.all(
      Array.from({ length: 1000 }, () => client.setState(increment)),
    );
    await until(other, () => other.state?.count === 1000);
    equal(sent.length - before, 1);
    check(`${sent.at(-1)}`.length < 200, `${sent.at(-1)}`);
  },
);

behaviour("Concurrent writers converge", async (bench) => {
  const clients = await several(bench, 4);
  const writers = clients.map(async (client, index) => {
    for (let at = 0; at < 15; at++) {
      const written = bench.random() < 0.2
        ? client.setState(increment)
        : client.setState({ count: at, by: `${index}` });
      // Some are waited for, and some follow at once.
      if (bench.random() < 0.5) await written;
    }
  });
  await Promise.all(writers);
  for (const client of clients) {
    await until(client, () => client.pending === 0);
  }
  // The answer comes after everything that was sent before it.
  const states = await Promise.all(clients.map(async (client) => {
    await answer(client, "flags");
    return client.state;
  }));
  equal(states, clients.map(() => states[0]));
  const late = bench.client<State>("StateAgent", { name: clients[0].name });
  await until(late, () => late.state !== undefined);
  equal(late.state, states[0]);
  check(states[0]!.by !== undefined, "somebody wrote");
});

function increment(state: State): State {
  return { ...state, count: state.count! + 1 };
}

async function several(bench: Bench, count: number) {
  const name = bench.name();
  const clients = Array.from(
    { length: count },
    () => bench.client<State>("StateAgent", { name }),
  );
  await Promise.all(
    clients.map((client) => until(client, () => client.state !== undefined)),
  );
  return clients;
}
