// A node writes without a break, and another one takes everything over.
import {
  type ClusterEngine,
  type ClusterReads,
  EngineError,
  type Fenced,
} from "../../../cluster/engine.ts";
import { postgresClient } from "../../../cluster/postgres.ts";
import { PostgresEngine } from "../../../cluster/postgres_engine.ts";
import { systemClock } from "../../../src/runtime/system_clock.ts";
import { isPooled } from "./pooled.ts";

const MS = 10_000;
const WRITERS = ["ada", "bob", "cyd"].map((name) => ({ agent: "A", name }));

/** What became of it. */
export interface Outcome {
  /** Writes of a node that landed after its successor had read what it wrote. */
  zombies: number;
  /** Writes that were acknowledged, and that the successor did not find. */
  lost: number;
  refused: number;
  stored: number;
}

/** Makes commits last, so that a takeover often meets one. */
const SLOW = `
create function roam.dawdle() returns trigger language plpgsql as $$
begin perform pg_sleep(0.003); return new; end $$;
create trigger dawdle before insert or update on roam.state
  for each row execute function roam.dawdle()`;

/** `alter` may change the text of each statement. */
export async function takeovers(
  { url, schema, count, random, alter = (text) => text }: {
    url: string;
    schema: string;
    count: number;
    random: () => number;
    alter?: (text: string) => string;
  },
): Promise<Outcome> {
  const connect = (max: number) => {
    const access = { url, prepare: !isPooled, idleMs: 60_000 };
    const client = postgresClient(access, max);
    return {
      local: undefined,
      destroy: () => client.destroy(),
      end: () => client.end(),
      query: (text: string, values: readonly string[]) =>
        client.query(alter(text), values),
    };
  };
  const engine = () =>
    new PostgresEngine({ connect, schema, after: systemClock.after });
  const taker = engine();
  const writers = WRITERS.map(engine);
  const outcome = { zombies: 0, lost: 0, refused: 0, stored: 0 };
  const client = connect(1);
  try {
    await taker.open(MS);
    await client.query(SLOW.replaceAll("roam.", `${schema}.`), []);
    let owner = await join(taker, undefined);
    for (let at = 0; at < count; at++) {
      owner = await takeover(taker, writers, owner, random, outcome);
    }
  } finally {
    await Promise.all(
      [...writers, taker, client].map((each) =>
        "end" in each ? each.end() : each.close()
      ),
    );
  }
  return outcome;
}

async function takeover(
  taker: ClusterEngine,
  writers: readonly ClusterEngine[],
  owner: Fenced,
  random: () => number,
  outcome: Outcome,
): Promise<Fenced> {
  const found = (await taker.reads.load(WRITERS, MS)).found;
  const acknowledged = WRITERS.map(({ name }) =>
    found.find(({ address }) => address.name === name)?.snapshot.rev ?? 0
  );
  const writing = writers.map(async (writer, at) => {
    for (let rev = acknowledged[at] + 1;; rev++) {
      const snapshot = { state: "{}", epoch: owner.node, rev };
      const writes = [{ address: WRITERS[at], shard: 0, snapshot }];
      if (!await writer.commit(owner, writes, "", MS)) break;
      acknowledged[at] = rev;
      outcome.stored++;
    }
    outcome.refused++;
  });
  await new Promise((resolve) => setTimeout(resolve, 5 + random() * 12));
  const next = await join(taker, owner);
  const read = revisions(await taker.reads.load(WRITERS, MS));
  await Promise.all(writing);
  const later = revisions(await taker.reads.load(WRITERS, MS));
  for (const [at, { name }] of WRITERS.entries()) {
    if (later.get(name) !== read.get(name)) outcome.zombies++;
    if (acknowledged[at] > (read.get(name) ?? 0)) outcome.lost++;
  }
  return next;
}

function revisions(
  { found }: Awaited<ReturnType<ClusterReads["load"]>>,
): Map<string, number> {
  return new Map(
    found.map(({ address, snapshot }) => [address.name, snapshot.rev]),
  );
}

/** A new node, which declares the old one dead and has all shards. */
async function join(
  engine: ClusterEngine,
  old: Fenced | undefined,
): Promise<Fenced> {
  const [node, fence, next] = [0, 0, 0].map(() => crypto.randomUUID());
  const listed = { address: "127.0.0.1:1", phase: "up" as const, wire: 1 };
  await engine.join({ id: node, ...listed, fence }, false, MS);
  const map = await engine.renew({ node, fences: [fence] }, "up", MS);
  const silent = map!.nodes.filter(({ id }) => id === old?.node);
  for (;;) {
    try {
      const me = { node, fences: [fence], next };
      const owned = await engine.claim(me, silent, 256, MS);
      if (owned?.length !== 256) throw new Error("it has not got all");
      return { node, fences: [next] };
    } catch (error) {
      // It has waited for a lock for too long.
      if (!(error instanceof EngineError) || error.end !== "refused") {
        throw error;
      }
    }
  }
}
