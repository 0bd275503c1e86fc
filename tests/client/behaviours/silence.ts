import { once } from "../../support/events.ts";
import type { Bench } from "./bench.ts";
import { equal, rejects } from "./expect.ts";

/** Silence is noticed within twice that, in milliseconds. */
const INTERVAL = 300;
export const NERVOUS = {
  heartbeatInterval: INTERVAL,
  connectionTimeout: INTERVAL,
};

/** A process that stands still looks like a network that lets nothing pass: a client notices, settles its calls, and comes back. */
export async function silence(
  bench: Bench,
  options: object,
  begin: string,
  end: string,
): Promise<void> {
  const client = bench.client("CallsAgent", { ...NERVOUS, ...options });
  await client.ready;
  const closed = once<CloseEvent>(client, "close");
  await bench.ask(begin);
  const deadline = twiceTheInterval();
  const lost = rejects(client.call("add", [1, 2]), {
    code: "CONNECTION_LOST",
    mayHaveRun: true,
  });
  equal(await Promise.race([lost, deadline]), undefined, "the call");
  const { code, reason } = await closed;
  equal([code, reason], [1006, "no heartbeat"]);
  const late = client.call("add", [3, 4]);
  await bench.ask(end);
  equal(await late, 7);
}

/** Twice the interval, in the steps in which the client counts it: where timers are late they are so for both. */
async function twiceTheInterval(): Promise<"too late"> {
  for (let step = 0; step < 4; step++) await after(INTERVAL / 2);
  await after(100);
  return "too late";
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
