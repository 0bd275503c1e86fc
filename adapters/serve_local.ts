import {
  type AgentClasses,
  assembleHost,
  type HostOptions,
} from "../src/host/host.ts";
import type { Platform } from "../src/host/platform.ts";
import {
  type EntryOptions,
  type ServedAgents,
  serveHost,
} from "../src/host/serve.ts";
import { prefixSegments } from "../src/protocol/address.ts";
import { kebabCase } from "../src/protocol/agent_name.ts";
import type { HostEvent } from "../src/runtime/events.ts";
import { resolveLimits } from "../src/runtime/limits.ts";
import { watchEventLoop } from "../platform/event_loop_lag.ts";
import type { DevOption } from "./dev_access.ts";
import { DevPage } from "./dev_page.ts";
import { assertArguments } from "./entry_arguments.ts";
import { closeLastLoad, keepForNextLoad } from "./hot_reload.ts";
import { warnOfMisspeltOptions } from "./option_names.ts";
import { openStorage, type StorageOption } from "./open_storage.ts";
import { guardProcess } from "./process_guard.ts";
import { sendable } from "./sendable.ts";
import { closeOnSignals, type SignalsOption } from "./signals.ts";
import { workerEnv } from "./worker_env.ts";
import { serveWorkerApp, type WorkerApp } from "./worker_app.ts";

/** Options of `serveAgents` on a runtime whose agents live in its own process. */
export interface LocalOptions<Native extends unknown[]>
  extends Omit<HostOptions, "storage">, EntryOptions<Native> {
  /** Where states are kept: a folder, `"memory"`, or a storage of your own. Default the folder `.agents` in the working folder, which the first write makes. */
  storage?: StorageOption | undefined;
  /**
   * An app that was written for Workers, and answers every request in place
   * of this entry: its `env` has `options.env`, and a binding for each class.
   * It calls `routeAgentRequest` by itself, with options of its own.
   */
  worker?: WorkerApp | undefined;
  /**
   * Has SIGTERM and SIGINT end the process by way of `close()`; `{ graceMs }`
   * are its options. The second one ends it at once. Default `false`: what the
   * runtime does by itself, which cuts calls off.
   */
  signals?: SignalsOption | undefined;
  /**
   * Has the process live on when something is thrown in a timer, or a promise
   * rejects that nobody awaits: `onError` hears of it where the agent is known
   * (with `context`, and not of everything), else `onEvent` and the console.
   * For all of the process, not only for agents. Default `false`: such an
   * error ends the process, and with it all agents.
   */
  guardProcess?: boolean | undefined;
  /**
   * The development page, `/_roam`: what runs, and a way to try it. `true` and
   * the default are for this machine alone, by a name such as `localhost`;
   * `{ token }`, of at least 16 characters, for whoever knows it; `false` is
   * none. Default: while somebody develops, which `NODE_ENV` says, or, where
   * it says nothing, that the program prints to a terminal.
   */
  dev?: DevOption | undefined;
}

/** What `serveAgents` returns where the agents live in its own process. */
export interface LocalEntry<Native extends unknown[]>
  extends ServedAgents<Native> {
  /** Where the agents are, as `/agents/chat-agent`: the name of an instance follows. */
  readonly paths: readonly string[];
}

/** Serves `classes` from this process. */
export function serveLocal<Native extends unknown[]>(
  classes: AgentClasses,
  given: LocalOptions<Native>,
  platform: Platform<Native>,
): LocalEntry<Native> {
  assertArguments(classes, given);
  warnOfMisspeltOptions(given);
  const dev = DevPage.of(given.dev);
  const options = dev === undefined
    ? given
    : { ...given, onEvent: dev.listener(given.onEvent) };
  const { signals = false, onEvent } = options;
  if (options.guardProcess) {
    guardProcess((error) => onEvent?.({ type: "uncaught", error }));
  }
  const entry = serve(classes, options, platform, dev);
  const served: LocalEntry<Native> = {
    ...entry,
    // Deno counts the parameters, and has no request for a handler without.
    fetch: (request, ...native) => sendable(entry.fetch(request, ...native)),
    route: (request, ...native) => sendable(entry.route(request, ...native)),
  };
  if (signals !== false) {
    const closing = signals === true ? {} : signals;
    closeOnSignals(() => served.close(closing));
  }
  return served;
}

function serve<Native extends unknown[]>(
  classes: AgentClasses,
  options: LocalOptions<Native>,
  platform: Platform<Native>,
  dev: DevPage | undefined,
): LocalEntry<Native> {
  const { worker, prefix = "agents" } = options;
  const { cluster } = options;
  const key = typeof options.storage === "object" || cluster !== undefined
    ? undefined
    : JSON.stringify([options.storage, prefix, Object.keys(classes)]);
  if (key !== undefined) closeLastLoad(key);
  // In a cluster states are not kept by this process.
  const storage = cluster === undefined
    ? openStorage(options.storage, resolveLimits(options.limits))
    : options.storage as undefined;
  const hostOptions = { ...options, storage };
  const paths = Object.keys(classes).map((name) =>
    `/${[...prefixSegments(prefix), kebabCase(name)].join("/")}`
  );
  const served = withLag(serveThere(), options.onEvent);
  if (key !== undefined && storage !== undefined) {
    keepForNextLoad(key, { storage, close: served.close });
  }
  return { ...served, paths };

  function serveThere(): ServedAgents<Native> {
    const { served, inside } = worker === undefined
      ? serveEntry()
      : serveWorkerApp(worker, classes, hostOptions, platform);
    const isAlone = (options.fallback ?? worker) === undefined;
    return dev?.before(served, platform, { inside, prefix, isAlone }) ?? served;
  }

  function serveEntry() {
    const { host, inside } = assembleHost(classes, hostOptions, platform);
    Object.assign(workerEnv, options.env, host.bindings);
    return { served: serveHost(host, options), inside };
  }
}

/** `served`, which tells `onEvent`, if there is one, how late the event loop is, until it closes. */
function withLag<Native extends unknown[]>(
  served: ServedAgents<Native>,
  onEvent: ((event: HostEvent) => void) | undefined,
): ServedAgents<Native> {
  if (onEvent === undefined) return served;
  const stop = watchEventLoop((ms) => {
    try {
      onEvent({ type: "lag", ms });
    } catch (error) {
      console.error("onEvent threw:", error);
    }
  });
  return {
    ...served,
    close(options) {
      stop();
      return served.close(options);
    },
  };
}
