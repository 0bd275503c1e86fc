import type { Instance } from "../src/agent/instance.ts";
import type { Link } from "../src/connections/link.ts";
import type { HostInside } from "../src/host/host.ts";
import type { Served } from "../src/host/namespace.ts";
import { jobOf } from "../src/schedules/job.ts";
import type {
  ConnectionView,
  InstanceView,
  JobView,
  StateView,
} from "./messages.ts";

/** So many connections, and so many jobs, are shown. */
const MOST = 200;

/** An instance, whether it is in memory or not: to look at it does not start it. */
export async function instanceView(
  { namespace }: HostInside,
  kind: Served,
  name: string,
): Promise<InstanceView> {
  const instance = kind.instances.get(name);
  const { storage } = namespace.commits;
  const jobs = await storage.jobs?.({ agent: kind.className, name }) ?? [];
  return {
    isInMemory: instance !== undefined,
    connections: instance === undefined ? [] : connectionViews(instance),
    hasMore: (instance?.connections.size ?? 0) > MOST,
    jobs: jobs.map((job) => jobView(jobOf(job))).sort(byDue).slice(0, MOST),
  };
}

/** Its state: what it has in memory, else what is stored. */
export async function stateView(
  { namespace }: HostInside,
  kind: Served,
  name: string,
): Promise<StateView> {
  const instance = kind.instances.get(name);
  if (instance?.isStarted) {
    const { rev, text } = instance.state;
    return { text, rev };
  }
  const address = { agent: kind.className, name };
  const stored = await namespace.commits.storage.load(address);
  return { text: stored?.state, rev: stored?.rev ?? 0 };
}

function connectionViews(instance: Instance): ConnectionView[] {
  const views: ConnectionView[] = [];
  for (const link of instance.connections.links()) {
    views.push(connectionView(link));
    if (views.length === MOST) break;
  }
  return views;
}

function connectionView(link: Link): ConnectionView {
  const { handshake, id, presence, state, tags, uri } = link;
  const isAccepted = handshake === undefined || handshake.accepted;
  const { pathname, search } = new URL(uri);
  return {
    id,
    uri: pathname + search,
    status: link.readyState > 1
      ? "closing"
      : !isAccepted
      ? "connecting"
      : link.socket === undefined
      ? "away"
      : "open",
    tags: tags.filter((tag) => tag !== id),
    state: plain(state),
    presence,
    notes: [
      ...link.readonly ? ["readonly"] : [],
      ...link.protocol ? [] : ["no frames of the library"],
      ...link.extended ? ["extensions"] : [],
      ...link.isBehind ? ["behind"] : [],
    ],
  };
}

/** The state of a connection may be anything that can be cloned. */
function plain(state: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(state ?? null));
  } catch {
    return String(state);
  }
}

function jobView(job: ReturnType<typeof jobOf>): JobView {
  const { callback, cron, due, every, failed, id, payload, type } = job;
  return {
    id,
    type,
    callback,
    payload: payload ?? "",
    due,
    repeats: cron ?? (every === null ? undefined : `every ${every / 1000} s`),
    failed: failed?.error,
  };
}

function byDue(a: JobView, b: JobView): number {
  return (a.due ?? Infinity) - (b.due ?? Infinity) || (a.id < b.id ? -1 : 1);
}
