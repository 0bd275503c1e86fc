// The database of a cluster, in memory and in virtual time, and how nodes lose touch with it.
import {
  type ClusterEngine,
  EngineError,
  type FenceChange,
  type ListedNode,
  type ShardWrite,
} from "../../../cluster/engine.ts";
import type { AgentAddress, Snapshot } from "../../../src/ports/storage.ts";
import type { VirtualTime } from "../simulation/virtual_time.ts";

/** How a node reaches the database. */
export interface Line {
  /** `hangs`: statements stay on their way until it is `up` again, and are done then. `down`: they fail at once. */
  state: "up" | "hangs" | "down";
  /** So many answers that follow are lost: the statement is done, and nobody hears of it. */
  swallowed: number;
}

interface Row {
  node: ListedNode;
  fence: string;
}

/** What is written, by whom, and who has read it since. */
export interface Entry extends Snapshot {
  readonly by: string;
}

export class MemoryDatabase {
  rows = new Map<string, Row>();
  owners: (string | undefined)[];
  states = new Map<string, Entry>();
  /** Who read the state of an instance last, as its owner. */
  readers = new Map<string, string>();
  /** Writes by a node after another one has read what it takes up. */
  zombies: string[] = [];
  statements = 0;
  history = "1";
  /** `hangs`: nobody is answered. */
  line: Line = { state: "up", swallowed: 0 };
  #time: VirtualTime;
  #shards: number;
  #held: { line: Line; run: () => void }[] = [];
  #uuids = 0;

  constructor(time: VirtualTime, shards = 256) {
    this.#time = time;
    this.#shards = shards;
    this.owners = Array.from({ length: shards }, () => undefined);
  }

  uuid = (): string => `uuid-${this.#uuids++}`;

  /** Changes how statements arrive, and lets go of those that hung. */
  set(line: Line, state: Line["state"]): void {
    line.state = state;
    const held = this.#held.splice(0);
    for (const one of held) this.#deliver(one.line, one.run);
  }

  /** All of it as it is now; {@linkcode restore} takes it back, as a standby does that missed the rest. */
  copy(): () => void {
    const rows = [...this.rows].map(([id, { node, fence }]) =>
      [id, { node: { ...node }, fence }] as const
    );
    const owners = [...this.owners];
    const states = [...this.states];
    return () => {
      this.rows = new Map(rows);
      this.owners = owners;
      this.states = new Map(states);
      this.history += "1";
    };
  }

  /** What a node that reaches it by `line` has. */
  engine(line: Line): ClusterEngine {
    const run = <T>(deadlineMs: number, work: () => T): Promise<T> =>
      this.#run(line, deadlineMs, work);
    return {
      open: (ms) =>
        run(ms, () => ({ shards: this.#shards, secret: new Uint8Array(32) })),
      join: ({ fence, ...node }, replaces, ms) =>
        run(ms, () => {
          for (const row of this.rows.values()) {
            if (replaces && row.node.address === node.address) this.#kill(row);
          }
          this.rows.set(node.id, { fence, node: { ...node, beat: 0 } });
        }),
      renew: ({ node, fences }, phase, ms) =>
        run(ms, () => {
          const row = this.#row(node, fences);
          if (row === undefined) return undefined;
          row.node = { ...row.node, phase, beat: row.node.beat + 1 };
          const nodes = [...this.rows.values()].map(({ node }) => node);
          const { history } = this;
          return { nodes, owners: [...this.owners], history };
        }),
      claim: (me, silent, wanted, ms) =>
        run(ms, () => {
          if (!this.#change(me)) return undefined;
          for (const { id, beat } of silent) {
            const row = this.rows.get(id);
            if (row?.node.beat === beat) this.#kill(row);
          }
          let left = wanted;
          for (const [shard, owner] of this.owners.entries()) {
            if (this.#isAlive(owner) || left === 0) continue;
            this.owners[shard] = me.node;
            left--;
          }
          return this.owned(me.node);
        }),
      give: (me, shards, heir, ms) =>
        run(ms, () => {
          if (!this.#change(me)) return false;
          for (const shard of shards) {
            if (this.owners[shard] === me.node) this.owners[shard] = heir;
          }
          return true;
        }),
      leave: ({ node, fences }, ms) =>
        run(ms, () => {
          if (this.#row(node, fences)) this.rows.delete(node);
        }),
      commit: ({ node, fences }, writes, _history, ms) =>
        run(ms, () => {
          // As the statement has it: who commits knows its fence.
          if (this.#row(node, fences.slice(0, 1)) === undefined) return false;
          for (const write of writes) this.#write(node, write);
          return true;
        }),
      reads: {
        load: (addresses, ms) =>
          run(ms, () => ({
            found: addresses.flatMap((address) => {
              const { agent, name } = address;
              const entry = this.states.get(name);
              if (entry === undefined) return [];
              const { by: _, ...snapshot } = entry;
              const { history } = this;
              return [{ address: { agent, name }, snapshot, history }];
            }),
            databases: [],
            history: this.history,
          })),
        pages: (_database, ms) =>
          run(ms, () => ({ count: 0, pages: new Map() })),
        jobs: (_addresses, ms) => run(ms, () => []),
        due: (_shards, _query, ms) => run(ms, () => []),
        logHeads: (_addresses, ms) => run(ms, () => []),
        history: (_address, _after, ms) => run(ms, () => []),
      },
      close: () => Promise.resolve(),
    };
  }

  /** `node` takes the instance up from what is stored, at once. */
  read(node: string, { name }: AgentAddress): Entry | undefined {
    this.readers.set(name, node);
    return this.states.get(name);
  }

  owned(node: string): number[] {
    return this.owners.flatMap((owner, shard) => owner === node ? [shard] : []);
  }

  #write(node: string, { address: { name }, snapshot }: ShardWrite): void {
    const reader = this.readers.get(name);
    if (reader !== undefined && reader !== node) {
      this.zombies.push(`${node} writes ${name} after ${reader} has read it`);
    }
    if (snapshot === undefined) this.states.delete(name);
    else this.states.set(name, { ...snapshot, by: node });
  }

  #row(node: string, fences: readonly string[]): Row | undefined {
    const row = this.rows.get(node);
    if (row === undefined || row.node.phase === "dead") return undefined;
    return fences.includes(row.fence) ? row : undefined;
  }

  #change({ node, fences, next }: FenceChange): boolean {
    const row = this.#row(node, fences);
    if (row === undefined) return false;
    row.fence = next;
    return true;
  }

  #kill(row: Row): void {
    row.node = { ...row.node, phase: "dead" };
    row.fence = this.uuid();
  }

  #isAlive(node: string | undefined): boolean {
    const row = node === undefined ? undefined : this.rows.get(node);
    return row !== undefined && row.node.phase !== "dead";
  }

  #run<T>(line: Line, deadlineMs: number, work: () => T): Promise<T> {
    this.statements++;
    return new Promise((resolve, reject) => {
      const late = () => reject(new EngineError("unknown", "no answer"));
      const cancel = this.#time.after(deadlineMs, late);
      const fail = () => {
        cancel();
        reject(new EngineError("refused", "nobody listens"));
      };
      const isDown = line.state === "down" || this.line.state === "down";
      if (isDown) return void this.#time.after(1, fail);
      this.#deliver(line, () => {
        const result = work();
        if (line.swallowed > 0) return void line.swallowed--;
        // The answer takes its way, too.
        this.#time.after(0.5, () => {
          cancel();
          resolve(result);
        });
      });
    });
  }

  #deliver(line: Line, run: () => void): void {
    this.#time.after(0.5, () => {
      const hangs = line.state === "hangs" || this.line.state === "hangs";
      if (hangs) this.#held.push({ line, run });
      else run();
    });
  }
}
