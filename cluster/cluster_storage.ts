import type { DueJob, DueQuery, StoredJob } from "../src/ports/jobs.ts";
import type { LogEntry, LogHead } from "../src/ports/log.ts";
import type {
  AgentAddress,
  Snapshot,
  SqlLimits,
  Storage,
  StoredSqlDatabase,
  Write,
} from "../src/ports/storage.ts";
import { Batcher, keyOf } from "./batcher.ts";
import { takePages } from "./commit_pages.ts";
import { Databases } from "./databases.ts";
import {
  EngineError,
  type StoredDatabase,
  type StoredPages,
} from "./engine.ts";
import type { Membership } from "./membership.ts";
import { MovedError } from "../src/runtime/moved.ts";
import type { NodeLife } from "./node_life.ts";
import { Pause } from "./pause.ts";

/**
 * The storage of a node. What it writes carries the node's fence, so that
 * nothing is stored by a node that has lost the instance. While the engine
 * does not answer, it waits, and tries again.
 */
export class ClusterStorage implements Storage {
  #member: Membership;
  #loads: Batcher<Snapshot | undefined>;
  #jobs: Batcher<readonly StoredJob[]>;
  #logHeads: Batcher<LogHead>;
  #databases = new Databases((database) => this.#pagesOf(database));
  /** What the commit under way is about. */
  #committing: readonly AgentAddress[] = [];
  #isClosed = false;

  constructor(member: Membership) {
    this.#member = member;
    const { clock } = member;
    this.#loads = new Batcher(clock.soon, (addresses) => this.#load(addresses));
    this.#jobs = new Batcher(
      clock.soon,
      (addresses) => this.#jobsOf(addresses),
    );
    this.#logHeads = new Batcher(
      clock.soon,
      (addresses) => this.#logHeadsOf(addresses),
    );
  }

  async load(address: AgentAddress): Promise<Snapshot | undefined> {
    await this.#mayRead(address);
    return await this.#loads.get(address);
  }

  async jobs(address: AgentAddress): Promise<readonly StoredJob[]> {
    await this.#mayRead(address);
    return await this.#jobs.get(address) ?? [];
  }

  async logHead(address: AgentAddress): Promise<LogHead | undefined> {
    await this.#mayRead(address);
    return await this.#logHeads.get(address);
  }

  async history(
    address: AgentAddress,
    after: number,
  ): Promise<readonly LogEntry[]> {
    await this.#mayRead(address);
    const { engine, statementMs } = this.#member;
    return await this.#reading(() =>
      engine.reads.history(address, after, statementMs)
    );
  }

  async due(query: DueQuery): Promise<readonly DueJob[]> {
    const { life, engine, statementMs } = this.#member;
    if (life.owned.size === 0) return [];
    const shards = [...life.owned];
    return await this.#reading(() =>
      engine.reads.due(shards, query, statementMs)
    );
  }

  openSql(
    address: AgentAddress,
    limits: SqlLimits,
  ): StoredSqlDatabase | Promise<StoredSqlDatabase> {
    return this.#databases.open(address, limits);
  }

  commit(all: readonly Write[]): Promise<void> {
    // As they are now: the next turn may change them again.
    const writes = takePages(all);
    if (writes.length === 0) return Promise.resolve();
    const { life } = this.#member;
    return life.turn.run(async () => {
      this.#committing = writes.map(({ address }) => address);
      try {
        await this.#commit(life, writes);
      } finally {
        this.#committing = [];
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#databases.close();
    await this.#member.engine.close();
  }

  async #commit(life: NodeLife, writes: readonly Write[]): Promise<void> {
    const { engine, statementMs, changes, retryMs, clock } = this.#member;
    const placed = writes.map((write) => {
      return { ...write, shard: this.#ownShard(life, write.address) };
    });
    for (;;) {
      await this.#untilLive(life);
      try {
        const me = life.fence.of(life.id);
        const { history } = this.#member;
        if (await engine.commit(me, placed, history, statementMs)) return;
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (error.end === "wrong" || this.#isClosed) throw error;
        this.#member.failed(error);
        // It may be done yet, after what comes next.
        if (error.end === "unknown") await changes.settle(life);
        else await new Pause(clock).take(retryMs);
        continue;
      }
      throw this.#member.lose(life, "what it wrote was refused");
    }
  }

  /** A node that is out of its time begins no commit. */
  async #untilLive(life: NodeLife): Promise<void> {
    life.assertAlive();
    while (this.#member.state === "frozen") {
      await this.#member.refresh();
      life.assertAlive();
    }
  }

  #ownShard(life: NodeLife, address: AgentAddress): number {
    life.assertAlive();
    const shard = this.#member.shardOf(address);
    if (life.owned.has(shard)) return shard;
    throw new MovedError("its shard is not this node's");
  }

  /** What is stored of it is as it will be: no commit of it is under way, and none may come late. */
  async #mayRead(address: AgentAddress): Promise<void> {
    const { life } = this.#member;
    this.#ownShard(life, address);
    const isWritten = this.#committing.some(({ agent, name }) =>
      agent === address.agent && name === address.name
    );
    if (!isWritten && life.fence.isSure) return;
    await life.turn.run(() => Promise.resolve());
    this.#ownShard(life, address);
  }

  async #load(
    addresses: readonly AgentAddress[],
  ): Promise<ReadonlyMap<string, Snapshot | undefined>> {
    const { engine, statementMs } = this.#member;
    const { found, databases, history } = await this.#reading(() =>
      engine.reads.load(addresses, statementMs)
    );
    this.#databases.found(addresses, databases);
    return new Map(found.map(({ address, snapshot, history: of }) => {
      const epoch = of === history
        ? snapshot.epoch
        : `${snapshot.epoch.replace(/~.*$/, "")}~${history}`;
      return [keyOf(address), { ...snapshot, epoch }];
    }));
  }

  async #jobsOf(
    addresses: readonly AgentAddress[],
  ): Promise<ReadonlyMap<string, readonly StoredJob[]>> {
    const { engine, statementMs } = this.#member;
    const rows = await this.#reading(() =>
      engine.reads.jobs(addresses, statementMs)
    );
    const all = new Map<string, StoredJob[]>();
    for (const { job, ...address } of rows) {
      const jobs = all.get(keyOf(address));
      if (jobs === undefined) all.set(keyOf(address), [job]);
      else jobs.push(job);
    }
    return all;
  }

  async #logHeadsOf(
    addresses: readonly AgentAddress[],
  ): Promise<ReadonlyMap<string, LogHead>> {
    const { engine, statementMs } = this.#member;
    const rows = await this.#reading(() =>
      engine.reads.logHeads(addresses, statementMs)
    );
    return new Map(rows.map(({ head, ...address }) => [keyOf(address), head]));
  }

  async #pagesOf(database: StoredDatabase): Promise<StoredPages> {
    await this.#mayRead(database.address);
    const { engine, statementMs } = this.#member;
    return await this.#reading(() => engine.reads.pages(database, statementMs));
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    const { life, retryMs, clock } = this.#member;
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (error.end === "wrong" || this.#isClosed) throw error;
        this.#member.failed(error);
        await new Pause(clock).take(retryMs);
        life.assertAlive();
      }
    }
  }
}
