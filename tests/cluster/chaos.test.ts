import assert from "node:assert/strict";
import { Chaos } from "../support/cluster/chaos.ts";
import { Ledger, type Lives } from "../support/cluster/ledger.ts";
import { LedgerClient, reportOf } from "../support/cluster/ledger_client.ts";
import { missing } from "../support/cluster/postgres.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { test } from "../support/runners/skippable.ts";

const { ROAM_FAULTS = 3, ROAM_MINUTES } = process.env;
const FAULTS = ROAM_MINUTES === undefined ? Number(ROAM_FAULTS) : Infinity;
const END = performance.now() + Number(ROAM_MINUTES ?? Infinity) * 60_000;
const ROOMS = 12;
const CLIENTS = 24;
/** Answers to each client after all faults are over. */
const LAST = 3;

test(
  "processes die, pause, end and are cut off: what was acknowledged is stored once, and one process at a time has an instance",
  {
    skip: missing,
  },
  async () => {
    const seed = seedOf("cluster");
    const random = randomOf(seed);
    const chaos = await Chaos.start(3, random);
    const lives: Lives = new Map();
    const clients = Array.from({ length: CLIENTS }, (_, at) =>
      new LedgerClient(
        `room-${at % ROOMS}`,
        `client ${at}`,
        lives,
        () => chaos.host,
      ));
    const progress = async (count: number) => {
      const before = clients.map(({ ledger }) => ledger.acknowledged);
      const isBehind = () =>
        clients.some(({ ledger, problems }, at) =>
          problems.length === 0 && ledger.acknowledged < before[at] + count
        );
      while (isBehind()) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    let struck = 0;
    try {
      await progress(LAST);
      while (struck < FAULTS && performance.now() < END) {
        await chaos.strike();
        struck++;
        if (random() < 0.2) clients[struck % CLIENTS].cut();
        const found = reportOf(clients).problems;
        if (found.length > 0) break;
        // Sometimes the next one comes while it is not over yet.
        if (random() < 0.5) await progress(1);
        const rest = random() * 300;
        await new Promise((resolve) => setTimeout(resolve, rest));
      }
      await progress(LAST);
      await Promise.all(clients.map((client) => client.end()));
    } finally {
      for (const client of clients) void client.end();
      await chaos.stop();
    }
    const { problems, acknowledged, unknown, connections, longestMs } =
      reportOf(
        clients,
      );
    const moves = [...lives.values()].reduce((sum, count) => sum + count, 0);
    console.log(
      `seed ${seed}: ${struck} faults ${
        JSON.stringify(chaos.counts)
      }, ${acknowledged} writes acknowledged, ${unknown} without an answer, ${connections} connections, ${moves} lives of ${ROOMS} instances, the longest wait ${
        Math.round(longestMs)
      } ms; ${problems.length} lost, twice, stuck or of two owners`,
    );
    assert.deepEqual(problems, []);
  },
);

test(
  "a ledger finds a write that is lost, one that is there twice, and an answer of an earlier owner",
  { skip: false },
  () => {
    const lives: Lives = new Map();
    const ledger = new Ledger("room", lives);
    const add = (value: number, life: number) => {
      ledger.asks();
      return ledger.answered(value, life);
    };
    assert.equal(add(1, 1), undefined);
    // Two that nobody has answered: the one is done at once, the other one later.
    ledger.asks();
    ledger.asks();
    assert.equal(add(3, 1), undefined);
    assert.equal(add(5, 2), undefined);
    assert.equal(add(7, 2), "twice: 7 after 6 calls");
    assert.equal(add(7, 2), "lost: 7 after 7");
    lives.set("room", 3);
    assert.equal(add(8, 2), "two owners: life 2 answers after life 3");
    // Heard of while this was on its way.
    ledger.asks();
    lives.set("room", 4);
    assert.equal(ledger.answered(9, 3), undefined);
    assert.deepEqual([ledger.acknowledged, ledger.unknown], [7, 2]);
  },
);
