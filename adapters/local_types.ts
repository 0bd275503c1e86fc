// The same, where agents live in the process of the entry.
export type * from "./entry_types.ts";
export type { DevOption, DevToken } from "./dev_access.ts";
export type { StorageOption } from "./open_storage.ts";
export type { LocalEntry, LocalOptions } from "./serve_local.ts";
export type { SignalsOption } from "./signals.ts";
