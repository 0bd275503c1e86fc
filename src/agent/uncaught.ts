import { currentScope } from "../runtime/scope.ts";
import { Agent, backendOf } from "./agent.ts";

/**
 * Hands what nobody caught to the agent whose code it comes from, if that is
 * known: `false` when it is not. Runtimes tell so of some errors, and only
 * where there is `options.context`.
 */
export function reportUncaught(error: unknown): boolean {
  const agent = currentScope()?.agent;
  if (!(agent instanceof Agent)) return false;
  backendOf(agent).uncaught(error);
  return true;
}
