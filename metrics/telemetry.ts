import { type Meter, metrics, trace, type Tracer } from "@opentelemetry/api";
import type { HostEvent } from "../src/runtime/events.ts";
import { Measures } from "./measures.ts";
import { Spans } from "./spans.ts";

/** The part of a `MeterProvider` of OpenTelemetry that is used. Its own types need more of a project than ours. */
export interface MeterSource {
  /** A `Meter`. */
  getMeter(name: string): unknown;
}

/** The part of a `TracerProvider` of OpenTelemetry that is used. */
export interface TracerSource {
  /** A `Tracer`. */
  getTracer(name: string): unknown;
}

/** Options of {@linkcode createTelemetry}. */
export interface TelemetryOptions {
  /** Where the figures go. Default the one that the SDK has registered. */
  readonly meterProvider?: MeterSource | undefined;
  /** Where the spans go. Default the one that the SDK has registered. */
  readonly tracerProvider?: TracerSource | undefined;
}

/** What {@linkcode createTelemetry} makes. */
export interface Telemetry {
  /** Records one event: the option `onEvent`, or called by it. */
  readonly onEvent: (event: HostEvent) => void;
}

const SCOPE = "@roam/agents";

/**
 * Makes figures and spans for OpenTelemetry of what a host does.
 *
 * The providers are asked at the first event: the SDK may be set up after
 * this. Without one nothing is recorded. docs/metrics.md lists what there is.
 *
 * A span is made when what it is about has ended, with the time at which it
 * began. So it is no parent of spans that the agent's own code makes
 * meanwhile.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/auto";
 * import { createTelemetry } from "@roam/agents/opentelemetry";
 *
 * class ChatAgent extends Agent {}
 *
 * const { onEvent } = createTelemetry();
 * export default serveAgents({ ChatAgent }, { onEvent });
 * ```
 */
export function createTelemetry(
  { meterProvider, tracerProvider }: TelemetryOptions = {},
): Telemetry {
  let measures: Measures | undefined;
  let spans: Spans | undefined;
  return {
    onEvent(event) {
      measures ??= new Measures(
        (meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE) as Meter,
      );
      spans ??= new Spans(
        (tracerProvider ?? trace.getTracerProvider())
          .getTracer(SCOPE) as Tracer,
      );
      measures.record(event);
      spans.record(event);
    },
  };
}
