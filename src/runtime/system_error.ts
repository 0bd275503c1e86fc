const NAMES = ["SqlError", "SQLiteError", "StoreError", "NotCapable"];
/** Of Node's own modules, which say what they were given, and of SQLite. */
const CODES =
  /^(?:SQLITE_|ERR_(?:SQLITE|MODULE|FS|DLOPEN|INVALID_(?:ARG|URL|FILE|PATH)|SOCKET|STREAM|HTTP|TLS|SSL|CRYPTO|UNSUPPORTED|METHOD_NOT_IMPLEMENTED))/;
/** Deno says so; the others have `errno`. Whatever names a file's URL names a file. */
const MESSAGES = /\(os error \d+\)|^error sending request|\bfile:\/\//;

/**
 * Whether `thrown` comes from the system (files, sockets, processes, modules)
 * or from a database, and not from the app: its message was not written for
 * clients, and has paths, addresses or queries in it.
 */
export function isSystemError(thrown: Error): boolean {
  const error = thrown as Error & Readonly<Record<string, unknown>>;
  const { name, message, code } = error;
  if (error.errno !== undefined || error.syscall !== undefined) return true;
  if (NAMES.includes(name) || MESSAGES.test(message)) return true;
  if (typeof code === "string" && CODES.test(code)) return true;
  // Of clients for PostgreSQL.
  if (error.severity !== undefined && error.routine !== undefined) return true;
  const { errors } = error;
  return Array.isArray(errors) &&
    errors.some((one) => one instanceof Error && isSystemError(one));
}
