// The client and the hooks as the recipes import them, for a page that the agents are not the host of.
import { AgentClient as Base } from "../../client.ts";
import { useAgentClient as use } from "../../react.ts";

const { agentsHost: host } = globalThis;

export { useAgentState } from "../../react.ts";

export class AgentClient extends Base {
  constructor(options) {
    super({ host, ...options });
  }
}

export const useAgentClient = (options) => use({ host, ...options });
