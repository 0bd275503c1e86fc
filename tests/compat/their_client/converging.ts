import assert from "node:assert/strict";
import { after } from "node:test";
import { FakeServer } from "../../support/network/fake_server.ts";
import { BaseRooms } from "./base_rooms.ts";
import type { AgentClient } from "./packages.js";
import {
  agree,
  convergence,
  perform,
  type Schedule,
  schedules,
  shown,
} from "./schedules.ts";
import { server, theirs, type Visit } from "./visit.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

const COUNT = 40;

const seed = Number(process.env.ROAM_SEED) ||
  Math.floor(Math.random() * 2 ** 31);
console.log(`converging: seed ${seed}`);

/** Clients that have done what a schedule says, an instance for each schedule. */
function performed(
  visit: Visit,
  host: string,
): Promise<{ clients: AgentClient[]; schedule: Schedule }[]> {
  const all = schedules(seed, COUNT).map(async (schedule, number) => {
    const name = `${visit.name}-${number}`;
    const joining = Array.from(
      { length: schedule.clients },
      () => visit.join("RoomAgent", { name, host }),
    );
    const clients = await Promise.all(joining);
    await perform(clients, schedule);
    return { clients, schedule };
  });
  return Promise.all(all);
}

/** Fails when the clients do not converge in time. */
async function assertConverge(
  clients: AgentClient[],
  schedule: Schedule,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const facts = clients.map(({ readyState, state }) => [readyState, state]);
      const [steps, ended] = [schedule, facts].map((x) => JSON.stringify(x));
      reject(new Error(`seed ${seed}: ${steps} ended with ${ended}`));
    }, PATIENCE_MS);
  });
  await Promise.race([convergence(clients), late]);
  clearTimeout(timer);
}

theirs(
  "AgentClient.setState(): clients that write at the same time all end at the server's state",
  async (visit) => {
    for (
      const { clients, schedule } of await performed(visit, server.server.host)
    ) await assertConverge(clients, schedule);
  },
);

const base = await FakeServer.start();
after(() => base.stop());

theirs(
  "AgentClient.setState(): they do not on a server that sends each state to all but its writer",
  async (visit) => {
    new BaseRooms().serve(base);
    let apart = 0;
    for (const { clients } of await performed(visit, base.host)) {
      // What the first answers prove sent, the second ones prove received:
      // nothing will bring these together.
      await shown(clients);
      if (!agree(await shown(clients))) apart++;
    }
    console.log(`${apart} of ${COUNT} schedules ended apart`);
    assert.ok(apart > 0, `seed ${seed}`);
  },
);
