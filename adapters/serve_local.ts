import {
  type AgentClasses,
  createHost,
  type HostOptions,
  type Platform,
} from "../src/host/host.ts";
import {
  type Fallback,
  type ServedAgents,
  serveHost,
} from "../src/host/serve.ts";
import { openStorage, type StorageOption } from "./open_storage.ts";
import { serveWorkerApp, type WorkerApp } from "./worker_app.ts";

/** Options of `serveAgents` on a runtime whose agents live in its own process. */
export interface LocalOptions<Native extends unknown[]>
  extends Omit<HostOptions, "storage"> {
  /** Where states are kept: a folder, `"memory"`, or a storage of your own. Default the folder `.agents` in the working folder, which the first write makes. */
  storage?: StorageOption;
  /** Answers what no agent matches: a function, or an app with `fetch`. Default 404. */
  fallback?: Fallback<Native>;
  /**
   * An app that was written for Workers, and answers every request in place
   * of this entry: its `env` has `options.env`, and a binding for each class.
   * It calls `routeAgentRequest` by itself, with options of its own.
   */
  worker?: WorkerApp;
}

/** Serves `classes` from this process. */
export function serveLocal<Native extends unknown[]>(
  classes: AgentClasses,
  options: LocalOptions<Native>,
  platform: Platform<Native>,
): ServedAgents<Native> {
  const { fallback, worker } = options;
  const storage = openStorage(options.storage);
  const hostOptions = { ...options, storage };
  if (worker === undefined) {
    return serveHost(createHost(classes, hostOptions, platform), fallback);
  }
  return serveWorkerApp(worker, classes, hostOptions, platform);
}
