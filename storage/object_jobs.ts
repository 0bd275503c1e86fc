import type { JobChange, StoredJob } from "../src/ports/jobs.ts";
import { jobsOfCloudflare } from "./cloudflare_jobs.ts";
import type { ObjectStorage } from "./object_storage.ts";

/** Says that the table is there, and that nothing has to be taken over any more. */
const KEY = "roam:jobs";

/** The jobs of one agent, in the database of its Durable Object. */
export class ObjectJobs {
  #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  /** All of them. The first time, what Cloudflare's SDK left behind is among them, and stored. */
  load(): readonly StoredJob[] {
    if (this.#isMade()) {
      return this.#storage.sql.exec("SELECT id, due, every, job FROM roam_jobs")
        .toArray() as unknown as StoredJob[];
    }
    const found = jobsOfCloudflare(this.#storage);
    if (found.length > 0) {
      this.change(found.map((job) => ({ id: job.id, job })));
    }
    return found;
  }

  /** When the first of them is due. */
  firstDue(): number | undefined {
    if (!this.#isMade()) return undefined;
    const query = "SELECT min(due) AS due FROM roam_jobs";
    const [first] = this.#storage.sql.exec(query).toArray();
    return first.due as number | null ?? undefined;
  }

  change(changes: readonly JobChange[]): void {
    const { sql } = this.#storage;
    if (!this.#isMade()) {
      sql.exec(`CREATE TABLE IF NOT EXISTS roam_jobs (
        id TEXT PRIMARY KEY, due INTEGER, every INTEGER, job TEXT NOT NULL
      ) WITHOUT ROWID`);
      this.#storage.kv.put(KEY, 1);
    }
    for (const { id, job } of changes) {
      if (job === undefined) sql.exec("DELETE FROM roam_jobs WHERE id = ?", id);
      else {
        sql.exec(
          "INSERT OR REPLACE INTO roam_jobs (id, due, every, job) VALUES (?, ?, ?, ?)",
          id,
          job.due,
          job.every,
          job.job,
        );
      }
    }
  }

  #isMade(): boolean {
    return this.#storage.kv.get(KEY) !== undefined;
  }
}
