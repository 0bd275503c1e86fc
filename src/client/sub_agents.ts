import { kebabCase } from "../protocol/agent_name.ts";
import { placeOf } from "./address.ts";
import type { AgentClientOptions } from "./options.ts";
import type { UseAgentOptions } from "./use_agent_options.ts";

/**
 * The options of a client for the last one of the agents inside the agent,
 * where there are any: on its path stand those that lead to it.
 */
export function placed<State>(
  options: UseAgentOptions<State>,
): AgentClientOptions<State> {
  const { sub = [], path } = options;
  const place = { ...options, host: hostOf(options) };
  const leaf = sub.at(-1);
  if (leaf === undefined) return place;
  const inner = sub.map(({ agent, name }) =>
    `sub/${kebabCase(agent)}/${encodeURIComponent(name)}`
  );
  if (path) inner.push(path);
  return {
    ...place,
    agent: leaf.agent,
    name: leaf.name,
    // Without the host in front.
    basePath: placeOf({ ...place, path: undefined }).rest.replace(/^[^/]*/, ""),
    path: inner.join("/"),
  };
}

/** On a server render there is no page, and no connection either. */
function hostOf({ host }: { host?: string }): string {
  const page = (globalThis as { location?: { host: string } }).location;
  return host ?? page?.host ?? "localhost";
}
