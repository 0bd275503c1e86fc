// The database of the tests of clusters: Debian's PostgreSQL, and PgBouncer.
import { existsSync } from "node:fs";
import { installPackages } from "./apt.mjs";

const TEST = "test -d /usr/lib/postgresql -a -x /usr/sbin/pgbouncer";

/** @type {{ done: ReturnType<typeof installPackages> } | undefined} */
let ensured;

/** Installs them where that is possible and they are not there; once. What was in the way. */
export function ensurePostgresql() {
  ensured ??= { done: isThere() ? undefined : install() };
  return ensured.done;
}

function isThere() {
  return existsSync("/usr/lib/postgresql") && existsSync("/usr/sbin/pgbouncer");
}

function install() {
  return installPackages("postgresql pgbouncer", TEST);
}
