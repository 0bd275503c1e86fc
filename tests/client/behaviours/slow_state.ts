import { once, until } from "../../support/clients/events.ts";
import { behaviour } from "./behaviour.ts";
import type { Bench } from "./bench.ts";
import { check, equal } from "./expect.ts";

interface State {
  count?: number;
  by?: string;
}

const FULL: State = { count: 1, by: "x".repeat(800) };

/** The state of this name, and a client that is there before everybody. */
async function begun(bench: Bench, name: string) {
  const observer = bench.client<State>("StateAgent", { name });
  await observer.setState(FULL);
  return observer;
}

/** Longer than any wait that a client was ever content with. */
function whileNothingComes(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1300));
}

behaviour(
  "A state that is slow to come is waited for, and nothing is written for less",
  async (bench) => {
    const name = bench.name();
    const observer = await begun(bench, name);
    await bench.ask("stallAt", '{"state":{"count"');
    const updates: unknown[] = [];
    const client = bench.client<State>("StateAgent", {
      name,
      host: bench.proxy,
      onStateUpdate: (state) => updates.push(state),
    });
    let isReady = false;
    client.ready.then(() => isReady = true);
    const written = client.setState((state) => ({ ...state, count: 2 }));
    await until(client, () => client.identified);
    await whileNothingComes();
    equal([isReady, client.state, client.pending], [false, undefined, 1]);
    await bench.ask("resume");
    await written;
    equal(client.state, { ...FULL, count: 2 });
    equal(updates, [{ ...FULL, count: 2 }]);
    await until(observer, () => observer.state?.count === 2);
    equal(observer.state, { ...FULL, count: 2 });
  },
);

behaviour(
  "A state that is slow to come again leaves the old one in its place",
  async (bench) => {
    const name = bench.name();
    const observer = await begun(bench, name);
    const updates: unknown[] = [];
    let end!: () => void;
    const greeted = new Promise<void>((resolve) => end = resolve);
    const client = bench.client<State>("StateAgent", {
      name,
      host: bench.proxy,
      onStateUpdate: (state) => updates.push(state),
      onMcpUpdate: () => end(),
    });
    await client.ready;
    // It is ready before the last frame, which is not the one to stall at.
    await greeted;
    // What is known is not sent again; that it is still so ends the greeting.
    await bench.ask("stallAt", '{"mcp":{"prompts"');
    const closed = once(client, "close");
    client.reconnect();
    await closed;
    const { ready } = client;
    let isReady = false;
    ready.then(() => isReady = true);
    const written = client.setState((state) => ({
      ...state,
      count: state.count! + 1,
    }));
    await until(client, () => client.identified);
    await observer.setState({ ...FULL, count: 5 });
    await whileNothingComes();
    check(!isReady, "the state is on its way");
    equal(client.state, { ...FULL, count: 2 });
    await bench.ask("resume");
    await written;
    equal(updates, [FULL, { ...FULL, count: 2 }, { ...FULL, count: 6 }]);
    await until(observer, () => observer.state?.count === 6);
    equal(observer.state, client.state);
  },
);

behaviour(
  "Where the agent sends no frames of the protocol the client is ready, and has no state to work with",
  async (bench) => {
    const name = bench.name();
    await begun(bench, name);
    const query = { no_protocol: "1" };
    const client = bench.client<State>("StateAgent", { name, query });
    await client.ready;
    equal([client.state, client.identified], [undefined, false]);
    const code = await client.setState((state) => ({ ...state, by: "" }))
      .catch(({ code }) => code);
    equal(code, "NO_STATE");
    // What it has written it knows.
    await client.setState({ count: 7 });
    await client.setState((state) => ({ count: state.count! + 1 }));
    equal(client.state, { count: 8 });
    const closed = once(client, "close");
    client.reconnect();
    await closed;
    await client.ready;
    await client.setState((state) => ({ count: state.count! + 1 }));
    equal(client.state, { count: 9 });
  },
);

behaviour("A state that stays undefined is known to be that", async (bench) => {
  const client = bench.client<number[]>("PlainStateAgent");
  await client.ready;
  equal(client.state, undefined);
  await client.setState((list) => [...list ?? [], 1]);
  await client.setState((list) => [...list ?? [], 2]);
  equal(client.state, [1, 2]);
});
