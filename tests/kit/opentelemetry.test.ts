import assert from "node:assert/strict";
import { test } from "node:test";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { Agent, CallError, type WSMessage } from "../../mod.ts";
import { createTelemetry } from "../../opentelemetry.ts";
import { createTestHost } from "../../testing.ts";

class Shop extends Agent<unknown, { sold: number }> {
  static callable = ["sell", "later"];
  override initialState = { sold: 0 };
  override onMessage(_: unknown, message: WSMessage) {
    if (message === "throw") throw new Error("thrown");
  }
  override onError() {}
  override onRequest() {
    return new Response(null, { status: 204 });
  }
  sell(n: number) {
    if (n > 10) throw new CallError("SOLD_OUT", "sold out");
    this.setState({ sold: n });
  }
  async later() {
    await this.schedule(60, "open");
    await this.schedule(60, "fail", null, { retry: { maxAttempts: 1 } });
  }
  open() {}
  fail() {
    throw new TypeError("failed");
  }
}

/** What the SDK has of a day in the life of an agent. */
async function recorded() {
  const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: figures });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  });
  const { onEvent } = createTelemetry({ meterProvider, tracerProvider });
  const host = createTestHost({ Shop }, { onEvent });
  const client = host.client<Shop>("Shop", "secret-name");
  await client.ready;
  client.send("hello");
  client.send("throw");
  await client.call("sell", [3]);
  await client.call("sell", [30]).catch(() => {});
  await client.call("made-up" as "sell", [1]).catch(() => {});
  await client.call("later");
  await host.clock.advance(61_000);
  await host.fetch("/agents/shop/secret-name", { method: "PUT" });
  const place = { agent: "Shop", name: "secret-name" };
  // Not every runtime has a `Request` with such a method.
  onEvent({ type: "request", ...place, method: "MADEUP", status: 204, ms: 1 });
  client.close();
  await host.settled();
  await host.close();
  onEvent({ type: "lag", ms: 30 });
  await meterProvider.forceFlush();
  const points = new Map(
    figures.getMetrics().at(-1)!.scopeMetrics[0].metrics.map((metric) => [
      metric.descriptor.name,
      {
        unit: metric.descriptor.unit,
        points: metric.dataPoints.map(({ attributes, value }) => ({
          ...attributes,
          value: typeof value === "number" ? value : value.count,
        })),
      },
    ]),
  );
  await meterProvider.shutdown();
  return { points, spans: spans.getFinishedSpans() };
}

const { points, spans } = await recorded();
const agent = { "roam.agent": "Shop" };

test("calls are counted by their method, and failed ones by their code, as the conventions name them", () => {
  const of = (method: string) => ({
    "rpc.system.name": "roam",
    "rpc.method": `Shop/${method}`,
  });
  assert.deepEqual(points.get("rpc.server.call.duration"), {
    unit: "s",
    points: [
      { ...of("sell"), value: 1 },
      { ...of("sell"), "error.type": "SOLD_OUT", value: 1 },
      { ...of("_OTHER"), "error.type": "NOT_FOUND", value: 1 },
      { ...of("later"), value: 1 },
    ],
  });
});

test("messages, states, commits, jobs, requests and lag have a figure each", () => {
  assert.deepEqual(points.get("roam.agent.message.duration"), {
    unit: "s",
    points: [{ ...agent, value: 1 }, {
      ...agent,
      "error.type": "_OTHER",
      value: 1,
    }],
  });
  assert.deepEqual(points.get("roam.agent.message.received"), {
    unit: "By",
    points: [{ ...agent, value: 10 }],
  });
  assert.deepEqual(points.get("roam.agent.state.size")!.points, [
    { ...agent, "roam.state.source": "server", value: 1 },
  ]);
  const [{ value: commits }] = points.get("roam.storage.commit.duration")!
    .points;
  assert.ok(commits >= 2, `${commits}`);
  const kind = { ...agent, "roam.job.kind": "schedule" };
  assert.deepEqual(points.get("roam.agent.job.duration"), {
    unit: "s",
    points: [
      { ...kind, "roam.job.status": "done", value: 1 },
      { ...kind, "roam.job.status": "failed", value: 1 },
    ],
  });
  assert.deepEqual(
    points.get("roam.agent.request.duration")!.points.map((point) => [
      (point as Record<string, unknown>)["http.request.method"],
      (point as Record<string, unknown>)["http.response.status_code"],
      point.value,
    ]),
    [["PUT", 204, 1], ["_OTHER", 204, 1]],
  );
  assert.equal(points.get("roam.host.event_loop.lag")!.points[0].value, 1);
  assert.deepEqual(points.get("roam.agent.errors")!.points, [
    { ...agent, "roam.stage": "onMessage", value: 1 },
    { ...agent, "roam.stage": "schedule", value: 1 },
  ]);
});

test("instances and connections are as many as there are at the end", () => {
  for (const name of ["roam.agent.instances", "roam.agent.connections"]) {
    assert.deepEqual(points.get(name)!.points, [{ ...agent, value: 0 }], name);
  }
  const closed = { ...agent, "roam.close.code": "1000", value: 1 };
  assert.deepEqual(points.get("roam.agent.connections.closed")!.points, [
    closed,
  ]);
  assert.deepEqual(points.get("roam.agent.connection.duration")!.points, [
    closed,
  ]);
});

test("no figure has the name of an instance, or a text that a client made up", () => {
  const text = JSON.stringify([...points]);
  assert.ok(!/secret-name|made-up|MADEUP/.test(text), text);
});

function spanOf(name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  assert.ok(found.length > 0, `${name}: ${spans.map(({ name }) => name)}`);
  return found.at(-1)!;
}

test("each connection, message, call, request and job is a span with its place", () => {
  const names = spans.map(({ name }) => name);
  assert.deepEqual(names, [
    "connect Shop",
    "message Shop",
    "message Shop",
    "Shop/sell",
    "Shop/sell",
    "Shop/_OTHER",
    "Shop/later",
    "schedule Shop/open",
    "schedule Shop/fail",
    "PUT Shop",
    "HTTP Shop",
  ]);
  for (const { attributes } of spans) {
    assert.equal(attributes["roam.agent"], "Shop");
    assert.equal(attributes["roam.instance"], "secret-name");
  }
  assert.equal(spanOf("Shop/later").kind, SpanKind.SERVER);
  assert.equal(spanOf("schedule Shop/open").kind, SpanKind.INTERNAL);
  const { attributes } = spanOf("PUT Shop");
  assert.equal(attributes["http.request.method"], "PUT");
  assert.equal(attributes["http.response.status_code"], 204);
});

test("a span says what failed, and of a job what it threw", () => {
  const call = spanOf("Shop/sell");
  assert.equal(call.status.code, SpanStatusCode.ERROR);
  assert.equal(call.attributes["error.type"], "SOLD_OUT");
  const job = spanOf("schedule Shop/fail");
  assert.equal(job.attributes["error.type"], "TypeError");
  assert.equal(job.events[0].attributes!["exception.message"], "failed");
  assert.equal(spanOf("Shop/later").status.code, SpanStatusCode.UNSET);
});

test("without an SDK nothing is recorded, and nothing thrown", () => {
  const { onEvent } = createTelemetry();
  onEvent({ type: "refused", status: 403, reason: "not you" });
  onEvent({
    type: "request",
    agent: "Shop",
    name: "one",
    method: "GET",
    status: 200,
    ms: 1,
  });
});
