import type { UseAgentOptions } from "./use_agent_options.ts";

/** A key that is equal for options of the same agent at the same place, so that their client may be kept. */
export function addressKey<State>(options: UseAgentOptions<State>): string {
  const { agent, name, host, basePath, prefix, path, protocol, id, sub } =
    options;
  const address = { agent, name, host, basePath, prefix, path, protocol, id };
  return JSON.stringify([
    address,
    sub?.map(({ agent, name }) => [agent, name]),
  ]);
}

/** The same for options with which a connection may be kept. Functions have no JSON: only what they depend on tells. */
export function credentialsKey<State>(options: UseAgentOptions<State>): string {
  const { query, queryDeps, protocols } = options;
  return JSON.stringify([query, queryDeps, protocols]);
}
