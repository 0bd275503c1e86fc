import { type CallTable, makeCallTable } from "../calls/call_table.ts";
import { kebabCase, serveError } from "../protocol/agent_name.ts";
import { assertLogOptions } from "../log/options.ts";
import { assertJobOptions } from "../schedules/types.ts";
import { Agent, type AgentClass } from "./agent.ts";
import { warnOfMisspelt } from "./misspelt.ts";

/** What all instances of a class have in common. */
export interface AgentKind {
  /** The name the class is registered under. */
  readonly className: string;
  /** What the identity frame calls it. */
  readonly agentName: string;
  readonly agentClass: AgentClass;
}

/** `agentClass`, registered as `className`. Throws a `TypeError` for what is no class of agents, and for a declaration that can't be meant. */
export function agentKind(
  className: string,
  agentClass: AgentClass,
): AgentKind {
  const isAgent = typeof agentClass === "function" &&
    (agentClass === Agent || agentClass.prototype instanceof Agent);
  if (!isAgent) {
    const received: unknown = agentClass;
    throw serveError(
      className,
      `its class must extend Agent: received ${
        typeof received === "function"
          ? `${received.name || "a class"}, which does not`
          : received === null
          ? "null"
          : typeof received
      }`,
    );
  }
  callTable(agentClass);
  assertJobOptions(className, agentClass.options);
  assertLogOptions(className, agentClass.options?.log);
  return { className, agentName: kebabCase(className), agentClass };
}

const tables = new WeakMap<AgentClass, CallTable>();

/** The methods of `agentClass` that clients may call. The table is made once. */
export function callTable(agentClass: AgentClass): CallTable {
  let table = tables.get(agentClass);
  if (table === undefined) {
    table = makeCallTable(agentClass, Agent.prototype);
    tables.set(agentClass, table);
    warnOfMisspelt(agentClass, (method) => table!.get(method) !== undefined);
  }
  return table;
}
