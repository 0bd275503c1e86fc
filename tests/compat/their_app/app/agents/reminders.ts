import { Agent } from "agents";

export type Entry = Record<string, unknown>;

type Command = [method: string, ...args: unknown[]];

/** Is told what to do later, and keeps a log of what was done. */
export class Reminders extends Agent<unknown, { log: Entry[] }> {
  static options = {
    retry: { maxAttempts: 2, baseDelayMs: 5, maxDelayMs: 20 },
  };

  initialState: { log: Entry[] } = { log: [] };
  attempts = 0;
  release?: () => void;

  onError(error: unknown): void {
    this.log({ onError: (error as Error).message });
  }

  onAlarm(...args: unknown[]): void {
    if (this.name.startsWith("alarm")) this.log({ alarm: args.length });
  }

  /** Runs commands one after another, and answers with what they return. */
  async onRequest(request: Request): Promise<Response> {
    if (request.method === "GET") return Response.json(this.state.log);
    const results: unknown[] = [];
    for (const [method, ...args] of await request.json() as Command[]) {
      const self = this as unknown as Record<
        string,
        (...args: unknown[]) => unknown
      >;
      try {
        const dated = args.map((arg) => {
          const date = (arg as { date?: number } | null)?.date;
          return date === undefined ? arg : new Date(date);
        });
        results.push(await self[method](...dated) ?? null);
      } catch (error) {
        results.push({ error: (error as Error).message });
      }
    }
    return Response.json(results);
  }

  remind(payload: unknown, job: object): void {
    this.log({ remind: payload, keys: Object.keys(job).sort() });
  }

  async slow(text: string): Promise<void> {
    this.log({ slow: text });
    await new Promise((resolve) => setTimeout(resolve, 60));
    this.log({ slowed: text });
  }

  fail(times: number): void {
    this.attempts++;
    this.log({ attempt: this.attempts });
    if (this.attempts <= times) throw new Error(`attempt ${this.attempts}`);
  }

  async again(left: number): Promise<void> {
    this.log({ again: left });
    if (left > 0) await this.schedule(0, "again", left - 1);
  }

  hold(): Promise<void> {
    this.log({ held: true });
    return new Promise((resolve) => this.release = resolve);
  }

  letGo(): void {
    this.release?.();
  }

  async tries(times: number, options?: object): Promise<unknown> {
    const seen: number[] = [];
    const result = await this.retry((attempt) => {
      seen.push(attempt);
      if (attempt <= times) return Promise.reject(new Error(`no ${attempt}`));
      return Promise.resolve("yes");
    }, options);
    return { seen, result };
  }

  async choosy(): Promise<unknown> {
    const asked: unknown[] = [];
    await this.retry(() => Promise.reject(new Error("no")), {
      maxAttempts: 5,
      shouldRetry: (error, next) => {
        asked.push([(error as Error).message, next]);
        return next < 3;
      },
    }).catch(() => {});
    return asked;
  }

  async keeps(): Promise<unknown> {
    const dispose = await this.keepAlive();
    const kind = typeof dispose;
    dispose();
    dispose();
    return [
      kind,
      await this.keepAliveWhile(() => Promise.resolve(7)),
      this.getSchedules().length,
    ];
  }

  async circle(): Promise<void> {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    await this.schedule(1, "remind", circle);
  }

  log(entry: Entry): void {
    this.setState({ log: [...this.state.log, entry] });
  }

  /** Tables as the versions before 0.22 had them. */
  oldTables(now: number): void {
    this.sql`CREATE TABLE cf_agents_schedules (
      id TEXT PRIMARY KEY, callback TEXT, payload TEXT,
      type TEXT NOT NULL CHECK(type IN ('scheduled', 'delayed', 'cron')),
      time INTEGER, delayInSeconds INTEGER, cron TEXT,
      created_at INTEGER DEFAULT (unixepoch()))`;
    this.sql`CREATE TABLE cf_agents_queues (
      id TEXT PRIMARY KEY, payload TEXT, callback TEXT,
      created_at INTEGER DEFAULT (unixepoch()))`;
    this.sql`INSERT INTO cf_agents_schedules VALUES
      ('old-1', 'remind', '"old delayed"', 'delayed', ${now}, 5, NULL, 1),
      ('old-2', 'remind', '"old cron"', 'cron', ${
      now + 9000
    }, NULL, '0 0 1 1 *', 1),
      ('old-3', 'remind', '{broken', 'delayed', ${now}, 5, NULL, 1)`;
    this.sql`INSERT INTO cf_agents_queues VALUES
      ('old-4', '{"q":1}', 'remind', 1), ('old-5', '{"q":2}', 'remind', 2)`;
  }

  /** The same tables as 0.21 has them, in place of those. */
  newerTables(now: number): void {
    this.sql`DROP TABLE cf_agents_schedules`;
    this.sql`CREATE TABLE cf_agents_schedules (
      id TEXT PRIMARY KEY, callback TEXT, payload TEXT,
      type TEXT NOT NULL, time INTEGER, delayInSeconds INTEGER, cron TEXT,
      intervalSeconds INTEGER, running INTEGER DEFAULT 0,
      created_at INTEGER DEFAULT (unixepoch()), execution_started_at INTEGER,
      retry_options TEXT, owner_path TEXT, owner_path_key TEXT)`;
    this.sql`INSERT INTO cf_agents_schedules
      (id, callback, payload, type, time, intervalSeconds, retry_options, owner_path)
      VALUES
      ('new-1', 'remind', '"new every"', 'interval', ${
      now + 9000
    }, 9000, '{"maxAttempts":4}', NULL),
      ('new-2', 'remind', '"of a child"', 'delayed', ${now}, NULL, NULL, '["x"]')`;
  }
}
