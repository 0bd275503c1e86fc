import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  UpDownCounter,
} from "@opentelemetry/api";
import type { HostEvent } from "../src/runtime/events.ts";
import { InstanceCount } from "./instance_count.ts";
import {
  calledMethod,
  closeCode,
  requestMethod,
  RPC_SYSTEM,
} from "./labels.ts";
import { SECONDS, SIZES } from "./series.ts";

/** What events count, in the instruments of a meter. */
export class Measures {
  #all: ReturnType<typeof instruments>;
  #instances = new InstanceCount();

  constructor(meter: Meter) {
    this.#all = instruments(meter);
  }

  record(event: HostEvent): void {
    const all = this.#all;
    switch (event.type) {
      case "started":
      case "evicted": {
        const change = this.#instances.change(event);
        if (change !== 0) all.instances.add(change, agentOf(event));
        return;
      }
      case "connected":
        return all.connections.add(1, agentOf(event));
      case "disconnected": {
        if (event.wasAccepted) all.connections.add(-1, agentOf(event));
        const code = closeCode(event.code);
        const attributes = { ...agentOf(event), "roam.close.code": code };
        all.closed.add(1, attributes);
        if (event.ms !== undefined) {
          all.lifetimes.record(event.ms / 1000, attributes);
        }
        return;
      }
      case "cut": {
        const code = closeCode(event.code);
        return all.cut.add(1, { ...agentOf(event), "roam.close.code": code });
      }
      case "message":
        all.received.add(event.bytes, agentOf(event));
        return all.messages.record(
          event.ms / 1000,
          withError(agentOf(event), event.failed ? "_OTHER" : undefined),
        );
      case "call":
        return all.calls.record(
          event.ms / 1000,
          withError({
            "rpc.system.name": RPC_SYSTEM,
            "rpc.method": calledMethod(event),
          }, event.code),
        );
      case "request": {
        const { method, status } = event;
        return all.requests.record(event.ms / 1000, {
          ...agentOf(event),
          "http.request.method": requestMethod(method),
          "http.response.status_code": status,
        });
      }
      case "state": {
        const { bytes, code, source } = event;
        const attributes = { ...agentOf(event), "roam.state.source": source };
        if (bytes !== undefined) return all.states.record(bytes, attributes);
        return all.stateErrors.add(1, withError(attributes, code));
      }
      case "commit":
        return all.commits.record(
          event.ms / 1000,
          withError({}, "error" in event ? "_OTHER" : undefined),
        );
      case "schedule": {
        const { kind, ms, status } = event;
        const attributes = {
          ...agentOf(event),
          "roam.job.kind": kind,
          "roam.job.status": status,
        };
        all.jobs.add(1, attributes);
        if (ms !== undefined) all.jobDurations.record(ms / 1000, attributes);
        return;
      }
      case "refused":
        return all.refused.add(1, {
          "http.response.status_code": event.status,
        });
      case "failed":
        return all.errors.add(1, {
          ...event.agent !== undefined && { "roam.agent": event.agent },
          "roam.stage": event.stage,
        });
      case "lag":
        return all.lag.record(event.ms / 1000);
      case "uncaught":
        return all.uncaught.add(1);
    }
  }
}

function instruments(meter: Meter) {
  const histogram = (
    name: string,
    description: string,
    unit = "s",
    explicitBucketBoundaries = SECONDS,
  ): Histogram<Attributes> =>
    meter.createHistogram(name, {
      description,
      unit,
      advice: { explicitBucketBoundaries },
    });
  const counter = (
    name: string,
    unit: string,
    description: string,
  ): Counter<Attributes> => meter.createCounter(name, { description, unit });
  const gauge = (
    name: string,
    unit: string,
    description: string,
  ): UpDownCounter<Attributes> =>
    meter.createUpDownCounter(name, { description, unit });
  return {
    instances: gauge("roam.agent.instances", "{instance}", "In memory."),
    connections: gauge(
      "roam.agent.connections",
      "{connection}",
      "Accepted, and not ended.",
    ),
    closed: counter(
      "roam.agent.connections.closed",
      "{connection}",
      "Connections that have ended.",
    ),
    cut: counter(
      "roam.agent.connections.cut",
      "{connection}",
      "Connections that the library closed.",
    ),
    lifetimes: histogram(
      "roam.agent.connection.duration",
      "Time that a connection was open.",
      "s",
      LIFETIMES,
    ),
    messages: histogram(
      "roam.agent.message.duration",
      "Time that onMessage took.",
    ),
    received: counter(
      "roam.agent.message.received",
      "By",
      "Size of the messages that onMessage was called with.",
    ),
    calls: histogram(
      "rpc.server.call.duration",
      "Time from a call to its answer.",
    ),
    requests: histogram(
      "roam.agent.request.duration",
      "Time until an HTTP request to an instance had its answer.",
    ),
    states: histogram(
      "roam.agent.state.size",
      "Size of each new state.",
      "By",
      SIZES,
    ),
    stateErrors: counter(
      "roam.agent.state.errors",
      "{write}",
      "Writes of clients that were refused.",
    ),
    commits: histogram(
      "roam.storage.commit.duration",
      "Time that a commit took.",
    ),
    jobs: counter(
      "roam.agent.jobs",
      "{job}",
      "What happened to schedules and items of the queue.",
    ),
    jobDurations: histogram(
      "roam.agent.job.duration",
      "Time from a job's first call to its end, with its retries.",
    ),
    refused: counter(
      "roam.host.requests.refused",
      "{request}",
      "Requests that the library refused.",
    ),
    errors: counter("roam.agent.errors", "{error}", "Handlers that threw."),
    lag: histogram(
      "roam.host.event_loop.lag",
      "Longest delay of a timer in each five seconds.",
    ),
    uncaught: counter(
      "roam.host.uncaught_errors",
      "{error}",
      "Errors that nobody caught, of no known agent.",
    ),
  };
}

/** Upper bounds of seconds that a connection lives. */
const LIFETIMES = [1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600];

function agentOf({ agent }: { readonly agent: string }): Attributes {
  return { "roam.agent": agent };
}

function withError(attributes: Attributes, type?: string): Attributes {
  return type === undefined
    ? attributes
    : { ...attributes, "error.type": type };
}
