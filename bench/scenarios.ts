import type { Runtime } from "../tests/targets/targets.ts";
import type { Job } from "./generator/main.ts";

/** What a pair of measurements must not exceed. */
export interface Bound {
  /** Ours divided by the control, ours less the control, or ours by itself. */
  readonly of: "ratio" | "difference" | "ours";
  /** For a ratio a number; else microseconds or KiB. */
  readonly most: number;
}

/** How a scenario runs on one runtime. */
export interface Plan {
  /** Server CPU in microseconds, or server memory in KiB. */
  readonly measure: "cpu" | "memory";
  /** Messages, deliveries, cycles, connections or instances of one measurement. */
  readonly units: number;
  readonly bound: Bound;
  /** Opened before anything is measured. */
  readonly connections: number;
  /** Which agent. */
  readonly path: string;
  /** Makes the server do `units`. `round` differs from call to call. */
  job(round: number): Job;
  /** Where there is no program to compare with: what ours does instead. */
  controlJob?(): Job;
}

/** What is measured, on each of the runtimes that it applies to. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly plans: Readonly<Partial<Record<Runtime, Plan>>>;
}

const ECHO = "/agents/echo-agent/";
const BROADCAST = "/agents/broadcast-agent/";
const SMALL = 64;
const AUDIENCE = 1000;

/** In this order: Bun, Deno, Node, workerd. The last may be missing. */
type ByRuntime = readonly [number, number, number, number?];

export const scenarios: readonly Scenario[] = [
  {
    name: "echo-64",
    title: "echo 64 B, 64 connections, 8 in flight",
    plans: echoPlans([100_000, 16_000, 24_000, 2_400], 64, 8, SMALL),
  },
  {
    name: "echo-4k",
    title: "echo 4 KiB, 64 connections, 8 in flight",
    plans: echoPlans([24_000, 9_000, 14_000, 2_000], 64, 8, 4096),
  },
  {
    name: "echo-1",
    title: "echo 64 B, 1 connection, 1 in flight",
    plans: echoPlans([7_000, 5_000, 5_000, 1_800], 1, 1, SMALL),
  },
  {
    name: "broadcast-1",
    title: "broadcast 64 B to 1,000, 1 in flight",
    plans: broadcastPlans([16, 12, 12, 5], [1.05, 1.05, 1.15, 1.15], 1),
  },
  {
    name: "broadcast-8",
    title: "broadcast 64 B to 1,000, 8 in flight",
    plans: broadcastPlans([64, 16, 16, 8], [1.2, 1.05, 1.15, 1.15], 8),
  },
  {
    name: "calls-1",
    title: "call, 1 connection, 1 in flight",
    plans: callPlans([16_000, 12_000, 10_000, 4_000], 1),
  },
  {
    name: "calls-64",
    title: "call, 1 connection, 64 in flight",
    plans: callPlans([600_000, 64_000, 100_000, 10_000], 64),
  },
  {
    name: "connect",
    title: "connect, first echo, close",
    plans: plans(
      [1200, 700, 3000, 300],
      "ratio",
      [1.25, 1.25, 1.3, 1.3],
      (cycles) => ({
        measure: "cpu",
        connections: 0,
        path: `${ECHO}connect`,
        job: () => ({ type: "cycle", cycles, lanes: 8, size: SMALL }),
      }),
    ),
  },
  {
    name: "connect-request",
    title: "connect, and onConnect reads the request",
    plans: plans(
      [1200, 700, 3000, 300],
      "ratio",
      [1.3, 1.3, 1.4, 1.4],
      (cycles) => ({
        measure: "cpu",
        connections: 0,
        path: "/agents/door-agent/connect",
        job: () => ({ type: "cycle", cycles, lanes: 8, size: SMALL }),
      }),
    ),
  },
  {
    name: "memory-connection",
    title: "memory of an idle connection",
    // workerd takes two file descriptors for each.
    plans: plans(
      [10_000, 10_000, 10_000, 5_000],
      "difference",
      [1, 2, 2, 8],
      (n) => ({
        measure: "memory",
        connections: 200,
        path: `${ECHO}idle`,
        job: () => ({ type: "open", connections: n }),
      }),
    ),
  },
  {
    name: "memory-instance",
    title: "memory of an idle instance",
    plans: plans(
      [10_000, 10_000, 10_000],
      "difference",
      [1, 1, 1],
      (requests) => ({
        measure: "memory",
        connections: 0,
        path: `${ECHO}one`,
        job: () => instances(requests, 0),
        controlJob: () => ({ ...instances(requests, 0), distinct: false }),
      }),
    ),
  },
  {
    name: "start-instance",
    title: "CPU to start an instance",
    plans: {
      workerd: {
        units: 300,
        bound: { of: "ours", most: 1000 },
        measure: "cpu",
        connections: 0,
        path: `${ECHO}one`,
        job: (round) => instances(300, round),
      },
    },
  },
];

function echoPlans(
  messages: ByRuntime,
  connections: number,
  inFlight: number,
  size: number,
): Scenario["plans"] {
  return plans(messages, "ratio", [1.05, 1.05, 1.15, 1.15], (messages) => ({
    measure: "cpu",
    connections,
    path: `${ECHO}echo`,
    job: () => ({ type: "echo", messages, inFlight, size }),
  }));
}

function callPlans(
  messages: ByRuntime,
  inFlight: number,
): Scenario["plans"] {
  return plans(messages, "ratio", [1.3, 1.3, 1.3, 1.3], (messages) => ({
    measure: "cpu",
    connections: 1,
    path: "/agents/call-agent/one",
    job: () => ({ type: "calls", messages, inFlight }),
  }));
}

function broadcastPlans(
  broadcasts: ByRuntime,
  bounds: ByRuntime,
  inFlight: number,
): Scenario["plans"] {
  return plans(broadcasts, "ratio", bounds, (broadcasts) => ({
    measure: "cpu",
    units: broadcasts * AUDIENCE,
    connections: AUDIENCE,
    path: `${BROADCAST}everybody`,
    job: () => ({ type: "broadcast", broadcasts, inFlight, size: SMALL }),
  }));
}

function instances(requests: number, round: number): Job {
  const path = `${ECHO}instance-${round}-`;
  return { type: "requests", requests, path, distinct: true };
}

function plans(
  counts: ByRuntime,
  of: Bound["of"],
  bounds: ByRuntime,
  plan: (
    count: number,
  ) => Omit<Plan, "units" | "bound"> & { units?: number },
): Scenario["plans"] {
  const runtimes = ["bun", "deno", "node", "workerd"] as const;
  return Object.fromEntries(
    runtimes.slice(0, counts.length).map((runtime, at) => {
      const count = counts[at]!;
      const bound = { of, most: bounds[at]! };
      return [runtime, { units: count, bound, ...plan(count) }];
    }),
  );
}
