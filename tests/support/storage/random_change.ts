// Whatever may happen to the database of an instance.

/** Statements that change a database: some are wrong, and some are taken back. */
export function randomChange(random: () => number): string[] {
  const below = (limit: number) => Math.floor(random() * limit);
  const table = `t${below(4)}`;
  const insert = (rows: number, bytes: number) =>
    `INSERT INTO ${table} (b, c)
    WITH RECURSIVE s(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM s LIMIT ${
      1 + below(rows)
    }) SELECT v * ${1 + below(1000)} % 997, zeroblob(${below(bytes)}) FROM s`;
  const kinds: (() => string[])[] = [
    () => [`CREATE TABLE IF NOT EXISTS ${table} (a INTEGER PRIMARY KEY, b, c)`],
    () => [`CREATE TABLE ${table} (a INTEGER PRIMARY KEY, b, c)`],
    () => [`CREATE INDEX IF NOT EXISTS i_${table} ON ${table} (b)`],
    () => [insert(20, 100)],
    () => [insert(20, 100)],
    () => [insert(3, 20_000)],
    () => [insert(400, 400)],
    () => [`UPDATE ${table} SET b = b + 1 WHERE a % 7 = ${below(7)}`],
    () => [`UPDATE ${table} SET c = zeroblob(${below(9000)}) WHERE a = 3`],
    () => [`DELETE FROM ${table} WHERE a % 3 = ${below(3)}`],
    () => [`DELETE FROM ${table} WHERE a > ${below(500)}`],
    () => [`DROP TABLE IF EXISTS ${table}`],
    () => [`ALTER TABLE ${table} ADD COLUMN d${below(5)} DEFAULT 5`],
    () => ["VACUUM"],
    () => [`PRAGMA auto_vacuum = ${below(3)}`, "VACUUM"],
    () => ["PRAGMA incremental_vacuum"],
    () => [`PRAGMA user_version = ${below(99)}`],
    () => ["BEGIN", insert(2000, 2000), `DELETE FROM ${table}`, "ROLLBACK"],
    () => ["BEGIN", insert(50, 500), insert(50, 500), "COMMIT"],
    () => [
      "SAVEPOINT one",
      insert(50, 500),
      "SAVEPOINT two",
      insert(2000, 900),
      "ROLLBACK TO two",
      `UPDATE ${table} SET b = 4 WHERE a < 20`,
      "RELEASE one",
    ],
  ];
  return kinds[below(kinds.length)]();
}
