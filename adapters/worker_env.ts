/**
 * What `import { env } from "cloudflare:workers"` gives an app elsewhere: the
 * `env` of each `serveAgents`, and a binding for each of its classes.
 */
export const workerEnv: Record<string, unknown> = {};
