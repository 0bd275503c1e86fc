/** What says something about the database, or sets what belongs to its contents or to its connection alone. */
const PRAGMAS = new Set(
  `application_id auto_vacuum case_sensitive_like collation_list
  compile_options count_changes data_version database_list
  defer_foreign_keys encoding foreign_key_check foreign_key_list foreign_keys
  freelist_count full_column_names function_list ignore_check_constraints
  incremental_vacuum index_info index_list index_xinfo integrity_check
  legacy_alter_table module_list optimize page_count pragma_list quick_check
  recursive_triggers reverse_unordered_selects short_column_names table_info
  table_list table_xinfo user_version`.split(/\s+/),
);

/**
 * Throws for a statement that reaches beyond its database file, or changes how
 * the file is written, where the file is only a copy of what is stored
 * elsewhere. `query` begins with its first word.
 */
export function assertContained(query: string): void {
  if (/^(?:ATTACH|DETACH)\b/i.test(query)) throw refused("ATTACH and DETACH");
  if (/^VACUUM\b.*\bINTO\b/is.test(query)) throw refused("VACUUM INTO");
  if (!/^PRAGMA\b/i.test(query)) return;
  const [, name = ""] =
    /^PRAGMA\s+(?:(?:main|temp)\s*\.\s*)?(\w+)/i.exec(query) ?? [];
  if (PRAGMAS.has(name.toLowerCase())) return;
  throw refused(name === "" ? "this PRAGMA" : `PRAGMA ${name}`);
}

function refused(what: string): Error {
  return new Error(
    `${what} can't be used in a cluster, where the database is stored page by page`,
  );
}
