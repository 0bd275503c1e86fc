import assert from "node:assert/strict";
import { AgentClient } from "../../../client.ts";
import { BaseClient } from "../clients/base_client.ts";
import { FaultProxy } from "../network/fault_proxy.ts";
import { randomOf } from "../random/random.ts";
import { PATIENCE_MS } from "../patience.ts";

/** What all of them write to: how often each has counted, and who wrote last. */
interface Board {
  counts: Record<string, number>;
  last: string;
}

/** One of a crowd: a client behind a network of its own. */
interface Member {
  readonly client: AgentClient<Board> | BaseClient;
  readonly proxy: FaultProxy;
  /** Of its counting: what was accepted, and what may have been. */
  accepted: number;
  unknown: number;
}

/** How a crowd behaves. */
export interface CrowdOptions {
  /** Where the server is. */
  readonly host: string;
  /** The instance. */
  readonly name: string;
  readonly seed: number;
  readonly clients: number;
  readonly writes: number;
  /** All of them only count, by functions of the state: then no count may be lost, and none happen twice. */
  readonly counting?: boolean;
  /** One of them writes nothing, and ignores what it is sent. */
  readonly deaf?: boolean;
  /** How long they may take to agree once all are at rest, in milliseconds. */
  readonly patience?: number;
}

/** What happened to a crowd. */
export interface CrowdReport {
  faults: number;
  rejected: number;
}

/**
 * Many clients write to one agent through networks that cut and stall. Throws
 * when they do not all end at the state of the server.
 */
export async function tryCrowd(options: CrowdOptions): Promise<CrowdReport> {
  const random = randomOf(options.seed);
  const members = await Promise.all(
    Array.from({ length: options.clients }, (_, at) => join(options, at)),
  );
  const report = { faults: 0, rejected: 0 };
  try {
    let writing = members.length;
    const all = members.map((member, at) =>
      write(options, member, at, random, report).finally(() => writing--)
    );
    while (writing > 0) {
      await pause(random() * 10);
      trouble(members[Math.floor(random() * members.length)], random);
      report.faults++;
    }
    for (const { proxy } of members) {
      proxy.cutAfter = Infinity;
      proxy.isRefusing = false;
      proxy.resume();
    }
    await Promise.all(all);
    await agree(options, members);
    return report;
  } finally {
    for (const { client } of members) client.close();
    await Promise.all(members.map(({ proxy }) => proxy.stop()));
  }
}

/** What a client sees that is not what the server has, if anything. */
export function divergence(
  state: unknown,
  views: readonly unknown[],
): string | undefined {
  const text = JSON.stringify(state);
  const at = views.findIndex((view) => JSON.stringify(view) !== text);
  if (at < 0) return undefined;
  return `client ${at} shows ${
    JSON.stringify(views[at])
  }, and the state is ${text}`;
}

async function join(options: CrowdOptions, at: number): Promise<Member> {
  const { host, name, counting, deaf } = options;
  const proxy = await FaultProxy.start(host);
  const isBase = !counting && at % 3 === 0;
  const client = isBase
    ? new BaseClient(
      `ws://${proxy.host}/agents/board-agent/${name}`,
      deaf && at === 0,
    )
    : new AgentClient<Board>({
      agent: "BoardAgent",
      name,
      host: proxy.host,
      minReconnectionDelay: 5,
      maxReconnectionDelay: 20,
      heartbeatInterval: 100,
      onConflict: (theirs, mine) =>
        at % 2 === 0 ? { ...theirs, last: mine.last } : undefined,
    });
  return { client, proxy, accepted: 0, unknown: 0 };
}

async function write(
  { writes, counting, deaf }: CrowdOptions,
  member: Member,
  at: number,
  random: () => number,
  report: CrowdReport,
): Promise<void> {
  const { client } = member;
  const answers: Promise<void>[] = [];
  for (let count = 0; count < writes; count++) {
    await pause(random() * 10);
    const last = `${at}-${count}`;
    if (deaf && at === 0) continue;
    if (client instanceof BaseClient) {
      client.setState({ counts: {}, last });
      continue;
    }
    const counts = counting || random() < 0.3;
    const answer = client.setState(
      counts
        ? (board) => ({ counts: counted(board.counts, at), last })
        : { counts: {}, last },
    );
    answers.push(answer.then(
      () => void member.accepted++,
      (error) => {
        report.rejected++;
        if (error.mayHaveRun) member.unknown++;
      },
    ));
  }
  await Promise.all(answers);
}

function counted(counts: Board["counts"], at: number): Board["counts"] {
  return { ...counts, [at]: (counts[at] ?? 0) + 1 };
}

/** What networks do. */
function trouble({ proxy }: Member, random: () => number): void {
  const what = random();
  if (what < 0.4) proxy.cut();
  else if (what < 0.7) {
    proxy.stall();
    // At times longer than a heartbeat waits.
    setTimeout(() => proxy.resume(), random() * 300);
  } else if (what < 0.9) proxy.cutAfter = Math.floor(random() * 2000);
  else {
    proxy.isRefusing = true;
    setTimeout(() => proxy.isRefusing = false, random() * 50);
  }
}

/** Waits until nothing is under way, and everybody sees the state of the server. */
async function agree(
  options: CrowdOptions,
  members: readonly Member[],
): Promise<void> {
  const { host, name, counting, patience = PATIENCE_MS, seed } = options;
  let deadline = performance.now() + PATIENCE_MS;
  let wereAtRest = false;
  let problem: string | undefined;
  do {
    const left = deadline - performance.now();
    const news = nextChange(members, Math.min(left, patience));
    const url = `http://${host}/agents/board-agent/${name}`;
    const state: Board = await (await fetch(url)).json();
    const restless = unrest(members);
    if (restless === undefined && !wereAtRest) {
      wereAtRest = true;
      deadline = performance.now() + patience;
    }
    problem = restless ?? divergence(state, members.map(viewOf));
    if (problem !== undefined) await news.promise;
    else if (counting) {
      for (const [at, { accepted, unknown }] of members.entries()) {
        const count = state.counts[at] ?? 0;
        const least = `${at} counted ${count}, ${accepted} accepted`;
        assert(count >= accepted, least);
        assert(count <= accepted + unknown, `${least}, ${unknown} unknown`);
      }
    }
    news.cancel();
  } while (problem !== undefined && performance.now() < deadline);
  assert.equal(problem, undefined, `seed ${seed}: ${problem}`);
}

function unrest(members: readonly Member[]): string | undefined {
  const at = members.findIndex(({ client }) =>
    client instanceof BaseClient
      ? !client.isOpen
      : !client.identified || client.pending > 0
  );
  return at < 0 ? undefined : `client ${at} is not at rest`;
}

function viewOf({ client }: Member): unknown {
  return client instanceof BaseClient ? client.shows : client.state;
}

/** Resolves at the next change of one of them, or when the time is up. */
function nextChange(members: readonly Member[], ms: number) {
  let cancel!: () => void;
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.max(ms, 0));
    const changed = () => resolve();
    const targets: EventTarget[] = members.map(({ client }) => client);
    for (const one of targets) one.addEventListener("change", changed);
    cancel = () => {
      clearTimeout(timer);
      for (const one of targets) one.removeEventListener("change", changed);
      resolve();
    };
  });
  return { promise, cancel };
}

/** A writer's and a network's own time, for which nobody waits. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
