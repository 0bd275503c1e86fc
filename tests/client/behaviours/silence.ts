import { once } from "../../support/clients/events.ts";
import type { Bench } from "./bench.ts";
import { equal } from "./expect.ts";

/** Silence is noticed within twice that, in milliseconds. */
const INTERVAL = 300;
export const NERVOUS = {
  heartbeatInterval: INTERVAL,
  connectionTimeout: INTERVAL,
};

/** A process that stands still looks like a network that lets nothing pass: a client notices, comes back, and has what it asked for. */
export async function silence(
  bench: Bench,
  options: object,
  begin: string,
  over: string,
): Promise<void> {
  const client = bench.client("CallsAgent", { ...NERVOUS, ...options });
  await client.ready;
  const closed = once<CloseEvent>(client, "close");
  await bench.ask(begin);
  const deadline = twiceTheInterval();
  const call = client.call("add", [1, 2]);
  const noticed = closed.then(({ code, reason }) => `${code} ${reason}`);
  const end = await Promise.race([noticed, deadline]);
  equal(end, "1006 no heartbeat", "the end");
  const late = client.call("add", [3, 4]);
  await bench.ask(over);
  equal([await call, await late], [3, 7]);
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
