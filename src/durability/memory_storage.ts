import type { DueJob, DueQuery, StoredJob } from "../ports/jobs.ts";
import type { LogEntry, LogHead, LogWrite } from "../ports/log.ts";
import type {
  AgentAddress,
  Snapshot,
  Storage,
  Write,
} from "../ports/storage.ts";

/** Keeps states, jobs and logs as long as the process lives. It has no databases. */
export class MemoryStorage implements Storage {
  #snapshots = new Map<string, Snapshot>();
  #jobs = new Map<string, Map<string, StoredJob>>();
  #logs = new Map<string, MemoryLog>();
  /** All due times in order; made when somebody asks. */
  #due: DueJob[] | undefined;

  load(address: AgentAddress): Snapshot | undefined {
    return this.#snapshots.get(keyOf(address));
  }

  commit(writes: readonly Write[]): void {
    for (const { address, snapshot, jobs, log } of writes) {
      const key = keyOf(address);
      if (log !== undefined) this.#append(key, log);
      if (snapshot !== undefined) this.#snapshots.set(key, snapshot);
      else if (jobs === undefined && log === undefined) {
        this.#snapshots.delete(key);
        this.#logs.delete(key);
        if (this.#jobs.delete(key)) this.#due = undefined;
      }
      if (jobs === undefined) continue;
      let kept = this.#jobs.get(key);
      if (kept === undefined) this.#jobs.set(key, kept = new Map());
      for (const { id, job } of jobs) {
        if (job === undefined) kept.delete(id);
        else kept.set(id, job);
      }
      if (kept.size === 0) this.#jobs.delete(key);
      this.#due = undefined;
    }
  }

  jobs(address: AgentAddress): readonly StoredJob[] {
    return [...this.#jobs.get(keyOf(address))?.values() ?? []];
  }

  due({ after, until, limit }: DueQuery): readonly DueJob[] {
    const all = this.#due ??= this.#sorted();
    const found: DueJob[] = [];
    for (const job of all) {
      if (job.due > until || found.length === limit) break;
      if (after === undefined || compare(job, after) > 0) found.push(job);
    }
    return found;
  }

  logHead(address: AgentAddress): LogHead | undefined {
    const log = this.#logs.get(keyOf(address));
    return log && { epoch: log.epoch, ...log.entries.at(-1)! };
  }

  history(address: AgentAddress, after: number): readonly LogEntry[] {
    const entries = this.#logs.get(keyOf(address))?.entries ?? [];
    const first = entries[0]?.offset ?? 0;
    return entries.slice(Math.max(0, after + 1 - first));
  }

  close(): void {}

  #append(key: string, { epoch, entries, keep }: LogWrite): void {
    const all = [...this.#logs.get(key)?.entries ?? [], ...entries];
    const first = all.findIndex(({ offset, at, total }) =>
      offset > keep.offsetAbove && at >= keep.since && total > keep.totalAbove
    );
    this.#logs.set(key, { epoch, entries: all.slice(first) });
  }

  #sorted(): DueJob[] {
    const all: DueJob[] = [];
    for (const [key, jobs] of this.#jobs) {
      const [agent, name] = key.split("\n");
      for (const { due, every } of jobs.values()) {
        if (due !== null) all.push({ due, agent, name, every });
      }
    }
    return all.sort(compare);
  }
}

interface MemoryLog {
  readonly epoch: string;
  /** At least one. */
  readonly entries: readonly LogEntry[];
}

/** Neither part has a control character. */
function keyOf({ agent, name }: AgentAddress): string {
  return `${agent}\n${name}`;
}

function compare(
  a: AgentAddress & { due: number },
  b: AgentAddress & { due: number },
): number {
  return a.due - b.due || order(a.agent, b.agent) || order(a.name, b.name);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
