import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import type { AgentClient } from "./packages.js";
import { ask, message } from "./visit.ts";

/** What happens next: a client writes, loses its connection, or has the server write; or all wait for so many milliseconds. */
export type Step =
  | readonly [what: "write" | "reconnect" | "tell", client: number]
  | readonly [what: "wait", ms: number];

/** What two or three clients do at the same time. */
export interface Schedule {
  readonly clients: number;
  readonly steps: readonly Step[];
}

const who = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant("write" as const), who) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("reconnect" as const), who) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("tell" as const), who) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("wait" as const), fc.nat(3)) },
);
const schedule: fc.Arbitrary<Schedule> = fc.record({
  clients: fc.integer({ min: 2, max: 3 }),
  steps: fc.array(step, { minLength: 2, maxLength: 20, size: "max" }),
});

/** As many schedules as wanted, the same for the same seed. */
export function schedules(seed: number, count: number): Schedule[] {
  return fc.sample(schedule, { seed, numRuns: count });
}

/** Does what the schedule says. The writes have been sent when it is done, and no more. */
export async function perform(
  clients: readonly AgentClient[],
  { steps }: Schedule,
): Promise<void> {
  for (const [at, [what, number]] of steps.entries()) {
    const client = clients[number % clients.length];
    switch (what) {
      case "write":
        client.setState({ at });
        break;
      case "reconnect":
        client.reconnect();
        break;
      case "tell":
        client.send(JSON.stringify(["set", { at }]));
        break;
      case "wait":
        await new Promise((resolve) => setTimeout(resolve, number));
    }
  }
}

/** The state of the server and those of the clients, when all that was sent before has been answered. */
export async function shown(
  clients: readonly AgentClient[],
): Promise<unknown[]> {
  const answers = await Promise.all(clients.map((each) => ask(each, "get")));
  return [...answers, ...clients.map(({ state }) => state)];
}

/** Whether these states are all the same. */
export function agree(states: readonly unknown[]): boolean {
  return states.every((state) => isDeepStrictEqual(state, states[0]));
}

/** Waits until the clients show what the server has. */
export async function convergence(
  clients: readonly AgentClient[],
): Promise<void> {
  while (true) {
    const news = Promise.any(
      clients.map((each) =>
        message(each, (data) => /^{"state"/.test(`${data}`))
      ),
    );
    if (agree(await shown(clients))) return;
    await news;
  }
}
