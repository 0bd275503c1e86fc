import { currentScope, type Scope } from "./scope.ts";

/**
 * Whether the running code of an agent is called by nobody: in a timer, for
 * instance, where a throw would end the process. After an `await` of a handler
 * that is known with `options.context` only.
 */
export function isDetached({ agent }: Scope): boolean {
  return currentScope()?.agent !== agent;
}
