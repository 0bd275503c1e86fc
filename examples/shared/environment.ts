/** What `npm start` and whoever deploys an example give to it. */
export interface Environment {
  readonly SESSION_SECRET?: string;
}

/** The option `env`: variables of the process. On Workers agents get their bindings, and this is left alone. */
export function environment(): Environment {
  const { process } = globalThis as {
    process?: { env?: Record<string, string | undefined> };
  };
  return { SESSION_SECRET: process?.env?.SESSION_SECRET };
}
