import {
  type Attributes,
  type Exception,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import type { HostEvent } from "../src/runtime/events.ts";
import { calledMethod, requestMethod, RPC_SYSTEM } from "./labels.ts";

/** What a span is about. */
interface Work {
  readonly name: string;
  readonly ms: number;
  readonly attributes: Attributes;
  readonly kind?: SpanKind;
  /** Of what failed. */
  readonly errorType?: string | undefined;
  readonly error?: unknown;
}

/** Makes a span of each event that tells how long something took. */
export class Spans {
  #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  record(event: HostEvent): void {
    const work = workOf(event);
    if (work === undefined) return;
    const { name, attributes, kind = SpanKind.SERVER, ms } = work;
    const end = Date.now();
    const startTime = end - ms;
    const span = this.#tracer.startSpan(name, { kind, attributes, startTime });
    if (work.errorType !== undefined) fail(span, work.errorType, work.error);
    span.end(end);
  }
}

function workOf(event: HostEvent): Work | undefined {
  switch (event.type) {
    case "connected": {
      const { agent, ms } = event;
      if (ms === undefined) return undefined;
      return { name: `connect ${agent}`, ms, attributes: placeOf(event) };
    }
    case "message": {
      const { agent, bytes, failed, ms } = event;
      const attributes = { ...placeOf(event), "roam.message.size": bytes };
      const errorType = failed ? "_OTHER" : undefined;
      return { name: `message ${agent}`, ms, attributes, errorType };
    }
    case "call": {
      const { code, ms } = event;
      const name = calledMethod(event);
      const attributes = {
        ...placeOf(event),
        "rpc.system.name": RPC_SYSTEM,
        "rpc.method": name,
      };
      return { name, ms, attributes, errorType: code };
    }
    case "request": {
      const { agent, ms, status } = event;
      const method = requestMethod(event.method);
      const attributes = {
        ...placeOf(event),
        "http.request.method": method,
        "http.response.status_code": status,
      };
      const errorType = status < 500 ? undefined : `${status}`;
      const name = `${method === "_OTHER" ? "HTTP" : method} ${agent}`;
      return { name, ms, attributes, errorType };
    }
    case "schedule": {
      const { agent, attempt, callback, error, id, kind, ms, status } = event;
      if (ms === undefined) return undefined;
      const attributes = {
        ...placeOf(event),
        "roam.job.id": id,
        "roam.job.kind": kind,
        "roam.job.attempts": attempt,
      };
      return {
        name: `${kind} ${agent}/${callback}`,
        ms,
        attributes,
        kind: SpanKind.INTERNAL,
        errorType: status === "failed" ? typeOf(error) : undefined,
        error,
      };
    }
  }
}

function placeOf(
  { agent, name, connection }: {
    readonly agent: string;
    readonly name: string;
    readonly connection?: string;
  },
): Attributes {
  return {
    "roam.agent": agent,
    "roam.instance": name,
    "roam.connection": connection,
  };
}

function fail(span: Span, errorType: string, error: unknown): void {
  span.setAttribute("error.type", errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
  if (error !== undefined) span.recordException(error as Exception);
}

function typeOf(error: unknown): string {
  return error instanceof Error ? error.name : "_OTHER";
}
