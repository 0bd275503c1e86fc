import { until } from "../../support/events.ts";
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
  equal([reader.state, client.state], [{ count: 1 }, { count: 1 }]);
  equal(errors.length, 2);
});

behaviour("What is no JSON throws, and changes nothing", async (bench) => {
  const client = bench.client("StateAgent");
  await until(client, () => client.state !== undefined);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  await throws(() => client.setState(circle), { name: "TypeError" });
  await throws(() => client.setState(undefined), { name: "TypeError" });
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
