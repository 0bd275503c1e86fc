import { type Engine, StoreError } from "./engine.ts";

/** "roam" */
const APPLICATION_ID = 0x726f616d;

/** What brings a store from each version to the next; version 0 is an empty file. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE state (
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    epoch TEXT NOT NULL,
    rev INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (agent, name)
  ) STRICT`,
  `CREATE TABLE job (
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    due INTEGER,
    every INTEGER,
    job TEXT NOT NULL,
    PRIMARY KEY (agent, name, id)
  ) STRICT;
  CREATE INDEX job_due ON job (due, agent, name, every) WHERE due IS NOT NULL`,
  // OFFSET is a word of SQL. A text is kept as bytes: read as one it would end at its first U+0000.
  `CREATE TABLE log (
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    epoch TEXT NOT NULL,
    at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    text INTEGER NOT NULL,
    data BLOB,
    without TEXT,
    PRIMARY KEY (agent, name, seq)
  ) STRICT`,
];

/** Throws a {@linkcode StoreError} for a file that is no store of this version or an older one. */
export function assertStore(
  engine: Engine,
  what: string,
  migrations: readonly string[] = MIGRATIONS,
): void {
  const version = pragma(engine, "user_version");
  const id = pragma(engine, "application_id");
  const tables = "SELECT count(*) AS count FROM sqlite_schema";
  const { count } = engine.prepare(tables).get() as { count: number };
  if (id !== APPLICATION_ID && (id !== 0 || version !== 0 || count !== 0)) {
    throw new StoreError(
      "FOREIGN",
      `Cannot open ${what}: the file is a database of something else; it was left as it is`,
    );
  }
  if (version > migrations.length) {
    throw new StoreError(
      "NEWER",
      `Cannot open ${what}: it has version ${version}, and this version of the library knows ${migrations.length} at most`,
    );
  }
}

/** Brings the store to the present version, or throws and leaves it as it is. */
export function migrate(
  engine: Engine,
  migrations: readonly string[] = MIGRATIONS,
): void {
  const version = pragma(engine, "user_version");
  if (version === migrations.length) return;
  engine.exec("BEGIN IMMEDIATE");
  try {
    for (const step of migrations.slice(version)) engine.exec(step);
    engine.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    engine.exec(`PRAGMA user_version = ${migrations.length}`);
    engine.exec("COMMIT");
  } catch (error) {
    engine.exec("ROLLBACK");
    throw error;
  }
}

function pragma(engine: Engine, name: string): number {
  const row = engine.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
  return row[name];
}
