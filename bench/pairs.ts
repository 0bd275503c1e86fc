import type { Runtime } from "../tests/targets/targets.ts";
import type { Plan } from "./scenarios.ts";
import { type Program, Side } from "./side.ts";

/** One measurement of one program. */
export interface Sample {
  /** Microseconds of server CPU, or KiB of server memory, per unit. */
  readonly cost: number;
  /** Units per second of wall-clock. */
  readonly rate: number;
  readonly generatorShare: number;
}

/** Ours and the control, one right after the other. */
export type Pair = Readonly<Record<Program, Sample>>;

/** So many pairs share two processes; what differs from start to start is then in the interval. */
const PAIRS_PER_START = 5;

/** Measures `count` pairs; who goes first alternates. */
export async function measurePairs(
  runtime: Runtime,
  plan: Plan,
  count: number,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  while (pairs.length < count) {
    const more = Math.min(PAIRS_PER_START, count - pairs.length);
    if (plan.measure === "cpu") {
      pairs.push(...await cpuPairs(runtime, plan, more));
    } else {
      pairs.push(
        await inTurns(
          pairs.length,
          (program) => weigh(runtime, plan, program),
        ),
      );
    }
  }
  return pairs;
}

async function cpuPairs(
  runtime: Runtime,
  plan: Plan,
  count: number,
): Promise<Pair[]> {
  const sides = {
    ours: await Side.start(runtime, "ours", plan.path),
    control: await Side.start(runtime, "control", plan.path),
  };
  const pairs: Pair[] = [];
  try {
    for (const side of Object.values(sides)) {
      await side.run({ type: "open", connections: plan.connections });
      // Compilers are done after one round.
      await side.run(plan.job(0));
    }
    for (let round = 1; round <= count; round++) {
      for (const side of Object.values(sides)) await side.run({ type: "stay" });
      pairs.push(
        await inTurns(round, async (program) => {
          const cost = await sides[program].run(plan.job(round));
          return sample(plan, cost.serverCpuNs / 1000, cost);
        }),
      );
    }
  } finally {
    await Promise.all(Object.values(sides).map((side) => side.stop()));
  }
  return pairs;
}

/** What the server's memory grows by, in a process that has done the same on a smaller scale. */
async function weigh(
  runtime: Runtime,
  plan: Plan,
  program: Program,
): Promise<Sample> {
  const job = program === "control" ? plan.controlJob ?? plan.job : plan.job;
  // Where the control differs only in the job it is the same program.
  const server = plan.controlJob === undefined ? program : "ours";
  const side = await Side.start(runtime, server, plan.path);
  try {
    await side.run({ type: "open", connections: plan.connections });
    if (plan.controlJob !== undefined) await side.run(plan.controlJob());
    const before = await side.memory();
    const cost = await side.run(job(1));
    return sample(plan, (await side.memory() - before) / 1024, cost);
  } finally {
    await side.stop();
  }
}

async function inTurns(
  round: number,
  measure: (program: Program) => Promise<Sample>,
): Promise<Pair> {
  if (round % 2 === 0) {
    const ours = await measure("ours");
    return { ours, control: await measure("control") };
  }
  const control = await measure("control");
  return { ours: await measure("ours"), control };
}

function sample(
  { units }: Plan,
  total: number,
  { wallMs, generatorShare }: { wallMs: number; generatorShare: number },
): Sample {
  return { cost: total / units, rate: units / wallMs * 1000, generatorShare };
}
