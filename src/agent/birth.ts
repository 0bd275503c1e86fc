import type { Instance } from "./instance.ts";

let expected: Instance | undefined;

/** Constructs an agent: inside, `claimInstance` returns `instance`, once. */
export function giveBirth<T>(instance: Instance, construct: () => T): T {
  expected = instance;
  try {
    return construct();
  } finally {
    expected = undefined;
  }
}

/** The instance whose agent is being constructed. */
export function claimInstance(className: string): Instance {
  const instance = expected;
  expected = undefined;
  if (instance !== undefined) return instance;
  throw new TypeError(
    `Cannot construct ${className}: agents are constructed by a host; use serveAgents() or createHost()`,
  );
}
