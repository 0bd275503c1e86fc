let expected: unknown;

/** Constructs an agent: inside, `claimBackend` returns `backend`, once. */
export function constructAgent<T>(backend: unknown, construct: () => T): T {
  expected = backend;
  try {
    return construct();
  } finally {
    expected = undefined;
  }
}

/** What is behind the agent that is being constructed. */
export function claimBackend(className: string): unknown {
  const backend = expected;
  expected = undefined;
  if (backend !== undefined) return backend;
  throw new TypeError(
    `Cannot construct ${className}: agents are constructed by a host; use serveAgents() or createHost()`,
  );
}
