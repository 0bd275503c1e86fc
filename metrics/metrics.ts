import type { HostEvent } from "../src/runtime/events.ts";
import { InstanceCount } from "./instance_count.ts";
import { closeCode } from "./labels.ts";
import { Counter, Histogram, SIZES } from "./series.ts";

/** What {@linkcode createMetrics} makes. */
export interface Metrics {
  /** Counts one event: the option `onEvent`, or called by it. */
  readonly onEvent: (event: HostEvent) => void;
  /** All figures in the text format of Prometheus. */
  text(): string;
  /** The same as the answer to a request. Anybody who may send that reads how busy the server is: guard it. */
  response(): Response;
}

/**
 * Counts what a host does: connections, messages, calls, requests, states,
 * commits, schedules, refusals and failures, by the class of the agent, and
 * never by the name of an instance or by what a client made up. Names and
 * units are as OpenTelemetry writes them for Prometheus; docs/metrics.md lists
 * them.
 *
 * One of these is for one process, or on Workers for one isolate.
 *
 * @example
 * ```ts
 * import { createMetrics } from "@roam/agents/metrics";
 *
 * const metrics = createMetrics();
 * metrics.onEvent({ type: "refused", status: 403, reason: "not you" });
 * console.log(metrics.text());
 * ```
 */
export function createMetrics(): Metrics {
  const all = figures();
  const instances = new InstanceCount();
  const text = () => Object.values(all).join("");
  return {
    onEvent(event) {
      if (event.type === "started" || event.type === "evicted") {
        all.instances.add(instances.change(event), event.agent);
      } else count(all, event);
    },
    text,
    response: () =>
      new Response(text(), {
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      }),
  };
}

function figures() {
  const agent = ["agent"];
  return {
    instances: new Counter({
      name: "roam_agent_instances",
      help: "Instances in memory.",
      labels: agent,
    }, "gauge"),
    connections: new Counter({
      name: "roam_agent_connections",
      help: "Connections that were accepted and have not ended.",
      labels: agent,
    }, "gauge"),
    closed: new Counter({
      name: "roam_agent_connections_closed_total",
      help: "Connections that have ended, by close code.",
      labels: ["agent", "code"],
    }),
    messages: new Histogram({
      name: "roam_agent_message_duration_seconds",
      help: "Time that onMessage took.",
      labels: agent,
    }),
    received: new Counter({
      name: "roam_agent_message_received_bytes_total",
      help: "Size of the messages that onMessage was called with.",
      labels: agent,
    }),
    calls: new Histogram({
      name: "roam_agent_call_duration_seconds",
      help: "Time from a call to its answer.",
      labels: ["agent", "method"],
    }),
    callErrors: new Counter({
      name: "roam_agent_call_errors_total",
      help: "Calls that were answered with an error.",
      labels: ["agent", "method", "error_type"],
    }),
    requests: new Histogram({
      name: "roam_agent_request_duration_seconds",
      help: "Time until an HTTP request to an instance had its answer.",
      labels: ["agent", "http_response_status_code"],
    }),
    states: new Histogram({
      name: "roam_agent_state_size_bytes",
      help: "Size of each new state.",
      labels: ["agent", "source"],
    }, SIZES),
    stateErrors: new Counter({
      name: "roam_agent_state_errors_total",
      help: "Writes of clients that were refused.",
      labels: ["agent", "error_type"],
    }),
    commits: new Histogram({
      name: "roam_storage_commit_duration_seconds",
      help: "Time that a commit took.",
    }),
    commitErrors: new Counter({
      name: "roam_storage_commit_errors_total",
      help: "Commits that failed.",
    }),
    jobDurations: new Histogram({
      name: "roam_agent_job_duration_seconds",
      help: "Time from a job's first call to its end, with its retries.",
      labels: ["agent", "kind", "status"],
    }),
    lag: new Histogram({
      name: "roam_host_event_loop_lag_seconds",
      help: "Longest delay of a timer in each five seconds.",
    }),
    jobs: new Counter({
      name: "roam_agent_jobs_total",
      help: "What happened to schedules and items of the queue.",
      labels: ["agent", "kind", "status"],
    }),
    refused: new Counter({
      name: "roam_host_requests_refused_total",
      help: "Requests that the library refused.",
      labels: ["http_response_status_code"],
    }),
    cut: new Counter({
      name: "roam_agent_connections_cut_total",
      help: "Connections that the library closed, by close code.",
      labels: ["agent", "code"],
    }),
    sessions: new Counter({
      name: "roam_agent_sessions_total",
      help:
        "Connections that broke, those that went on, and clients that missed something.",
      labels: ["agent", "status"],
    }),
    errors: new Counter({
      name: "roam_agent_errors_total",
      help: "Handlers that threw.",
      labels: ["agent", "stage"],
    }),
    uncaught: new Counter({
      name: "roam_host_uncaught_errors_total",
      help: "Errors that nobody caught, of no known agent.",
    }),
  };
}

function count(all: ReturnType<typeof figures>, event: HostEvent): void {
  switch (event.type) {
    case "connected":
      return all.connections.add(1, event.agent);
    case "disconnected":
      if (event.wasAccepted) all.connections.add(-1, event.agent);
      return all.closed.add(1, event.agent, closeCode(event.code));
    case "cut":
      return all.cut.add(1, event.agent, closeCode(event.code));
    case "suspended":
    case "resumed":
    case "gap":
      return all.sessions.add(1, event.agent, event.type);
    case "message":
      all.received.add(event.bytes, event.agent);
      return all.messages.observe(event.ms / 1000, event.agent);
    case "call": {
      const { agent, method = "", code } = event;
      all.calls.observe(event.ms / 1000, agent, method);
      if (code !== undefined) all.callErrors.add(1, agent, method, code);
      return;
    }
    case "request":
      return all.requests.observe(event.ms / 1000, event.agent, event.status);
    case "state": {
      const { agent, bytes, code = "", source } = event;
      if (bytes === undefined) return all.stateErrors.add(1, agent, code);
      return all.states.observe(bytes, agent, source);
    }
    case "commit":
      if ("error" in event) all.commitErrors.add(1);
      return all.commits.observe(event.ms / 1000);
    case "schedule": {
      const { agent, kind, ms, status } = event;
      all.jobs.add(1, agent, kind, status);
      if (ms === undefined) return;
      return all.jobDurations.observe(ms / 1000, agent, kind, status);
    }
    case "lag":
      return all.lag.observe(event.ms / 1000);
    case "refused":
      return all.refused.add(1, event.status);
    case "failed":
      return all.errors.add(1, event.agent ?? "", event.stage);
    case "uncaught":
      return all.uncaught.add(1);
  }
}
