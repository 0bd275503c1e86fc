import type { Storage } from "../src/ports/storage.ts";
import type { Limits } from "../src/runtime/limits.ts";
import { SqliteStorage } from "../storage/sqlite.ts";

/** Where states are kept: a folder, `"memory"`, or a storage of one's own. */
export type StorageOption = string | Storage;

/** The storage that `option` says, on a runtime with a file system. Default `.agents` in the working folder. */
export function openStorage(
  option: StorageOption = ".agents",
  { openDatabases }: Limits,
): Storage {
  if (typeof option !== "string") return option;
  const folder = option === "memory" ? ":memory:" : option;
  return new SqliteStorage(folder, { openDatabases });
}
