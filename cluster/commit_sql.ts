import { arrayLiteral } from "./array_literal.ts";
import { appended, pruned } from "./commit_log.ts";
import { cutPages, savedPages, sizes } from "./commit_pages.ts";
import { removals, removedJobs, savedJobs, states } from "./commit_rows.ts";
import type { Fenced, ShardWrite } from "./engine.ts";

/** A statement that stores writes, and its values. */
export interface CommitSql {
  readonly text: string;
  readonly values: readonly string[];
  /** How much it has to carry, about. */
  readonly bytes: number;
}

/** The fence is locked until the end: whoever changes it waits for this, or this finds another. */
const FENCE =
  "fence as materialized (select 1 from roam.node where id = $1 and fence = $2 for share)";

/**
 * The statement that stores `writes` if the fence is still the engine's, and
 * says in `n` whether it was. What a commit has nothing of is not in its text.
 */
export function commitSql(
  { node, fences }: Fenced,
  writes: readonly ShardWrite[],
  history: string,
): CommitSql {
  const tables = [
    states(writes, history),
    removals(writes, "state"),
    removals(writes, "job"),
    removals(writes, "log"),
    removals(writes, "database"),
    removals(writes, "page"),
    savedJobs(writes),
    removedJobs(writes),
    appended(writes),
    pruned(writes),
    sizes(writes),
    savedPages(writes),
    cutPages(writes),
  ];
  const values = [node, fences[0]];
  const parts = [FENCE];
  let bytes = 0;
  for (const { text, types, columns } of tables) {
    if (columns[0].length === 0) continue;
    const arrays = types.map((type, at) => {
      const literal = arrayLiteral(columns[at]);
      bytes += literal.length;
      return `$${values.push(literal)}::${type}[]`;
    });
    parts.push(`part${parts.length} as (${text(arrays.join(", "))})`);
  }
  const text = `with ${
    parts.join(",\n")
  }\nselect count(*)::int as n from fence`;
  return { text, values, bytes };
}
