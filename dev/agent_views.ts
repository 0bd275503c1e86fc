import { callTable } from "../src/agent/agent_kind.ts";
import type { HostInside } from "../src/host/host.ts";
import type { Storage } from "../src/ports/storage.ts";
import type { Served } from "../src/host/namespace.ts";
import type { AgentView } from "./messages.ts";

/** So many names of a class are shown. */
const MOST_NAMES = 200;

/** How long what the store has may be shown: to look through many names takes it a moment. */
const STORED_MS = 2000;

/** The names in a store that have a text in them. */
export class StoredNames {
  readonly filter: string;
  #storage: Storage;
  #known = new Map<string, { at: number; names: readonly string[] }>();

  constructor(storage: Storage, filter: string) {
    this.#storage = storage;
    this.filter = filter;
  }

  /** The stored names of a class, as they were at most two seconds ago. */
  async of(agent: string): Promise<readonly string[]> {
    const known = this.#known.get(agent);
    const at = Date.now();
    if (known !== undefined && at - known.at < STORED_MS) return known.names;
    const names = await this.#storage.names?.({
      agent,
      text: this.filter,
      limit: MOST_NAMES + 1,
    }) ?? [];
    this.#known.set(agent, { at, names });
    return names;
  }
}

/** The classes, each with the instances whose names have the filter of `all` in them, in memory and in the store. */
export async function agentViews(
  { kinds }: HostInside,
  prefix: string,
  all: StoredNames,
): Promise<AgentView[]> {
  const { filter } = all;
  return await Promise.all(
    [...kinds.values()].map(async (kind) => {
      const { className: agent, agentName } = kind;
      const stored = await all.of(agent);
      const names = [...new Set([...inMemory(kind, filter), ...stored])].sort();
      return {
        agent,
        path: `${prefix}${agentName}/`,
        methods: methodsOf(kind),
        inMemory: kind.instances.size,
        names: names.slice(0, MOST_NAMES).map((name) => viewOf(kind, name)),
        hasMore: names.length > MOST_NAMES,
      };
    }),
  );
}

function* inMemory({ instances }: Served, filter: string): Iterable<string> {
  let count = 0;
  for (const name of instances.keys()) {
    if (!name.includes(filter)) continue;
    yield name;
    if (++count > MOST_NAMES) return;
  }
}

function viewOf({ instances }: Served, name: string) {
  const instance = instances.get(name);
  return {
    name,
    isInMemory: instance !== undefined,
    connections: instance?.connections.size ?? 0,
  };
}

function methodsOf({ agentClass }: Served): string[] {
  const names: string[] = [];
  for (const [name, method] of callTable(agentClass)) {
    if (method !== undefined) names.push(name);
  }
  return names.sort();
}
