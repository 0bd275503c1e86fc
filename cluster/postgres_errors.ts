import { EngineError } from "./engine.ts";
import type { Explained } from "./lane.ts";

/** What stands after the message of the server, by its code or class. */
const CURES: Readonly<Record<string, string>> = {
  "28": "check user and password of the URL",
  "3D": "create the database, or correct the URL",
  "42501":
    "let the user create tables: grant create on database … to …, or create the schema for it",
  "53300":
    "a node has up to 4 connections: raise max_connections, or put PgBouncer in between",
  "25006": "the URL has to lead to the primary, and not to a standby",
  "26": "behind a pooler in transaction mode say prepare: false",
  "42P05": "behind a pooler in transaction mode say prepare: false",
};

/** Nothing was done, and it may work the next time, although the class says otherwise. */
const PASSING = new Set(["42P05", "26000", "42501"]);
/** It will not work the next time: what was to be stored is wrong. */
const WRONG = new Set(["22", "23", "42", "54"]);
/** The connection is over. */
const ENDED = new Set(["08", "57P01", "57P02", "57P03", "57P05", "25006"]);
/** Nobody can say whether it was done. */
const UNKNOWN = new Set(["08", "57P01", "57P02", "57P05", "40003"]);
/** No connection came about, so that nothing was sent. */
const UNREACHABLE = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES)$/;

/** What an error of `postgres` means. */
export function explain(cause: unknown): Explained {
  const { code = "", message, severity } = cause as {
    code?: string;
    message?: string;
    severity?: string;
  };
  if (severity === undefined) {
    const isSent = !UNREACHABLE.test(code);
    const text = message || code || String(cause);
    const error = new EngineError(isSent ? "unknown" : "refused", text, cause);
    return { error, isOpen: false };
  }
  const kind = code.slice(0, 2);
  const has = (codes: ReadonlySet<string>) =>
    codes.has(kind) || codes.has(code);
  const end = has(UNKNOWN)
    ? "unknown"
    : has(WRONG) && !PASSING.has(code)
    ? "wrong"
    : "refused";
  const cure = CURES[code] ?? CURES[kind];
  const text = cure === undefined ? message! : `${message}; ${cure}`;
  return {
    error: new EngineError(end, text, cause),
    isOpen: !has(ENDED) && severity !== "FATAL" && severity !== "PANIC",
  };
}
