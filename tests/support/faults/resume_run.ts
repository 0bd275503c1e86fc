import { AgentClient, type AgentClientOptions } from "../../../client.ts";
import { FaultProxy } from "../network/fault_proxy.ts";
import { randomOf } from "../random/random.ts";
import { PATIENCE_MS } from "../patience.ts";

/** What happens to networks. */
const FAULTS = ["cutDown", "cutUp", "freeze", "stall"] as const;
/** The heartbeat of the clients in milliseconds: silence is noticed within two of them. */
const HEARTBEAT_MS = 300;

/** What became of one client's messages. */
export interface ResumeReport {
  /** How many faults of each kind there were. */
  readonly faults: Record<string, number>;
  /** How often the client went on. */
  readonly resumed: number;
  /** How often it was told that it may have missed something. */
  readonly gaps: number;
  readonly reasons: readonly string[];
  readonly down: number;
  readonly up: number;
  /** What was missing, came twice or in another order, without a gap being told. */
  readonly problems: string[];
}

/** Breaks the network of a client many times while both sides send, and looks at what arrived. */
export async function tryResume(
  { host, name, seed, cuts, ...options }: {
    host: string;
    name: string;
    seed: number;
    cuts: number;
  } & Partial<AgentClientOptions>,
): Promise<ResumeReport> {
  const random = randomOf(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const proxy = await FaultProxy.start(host);
  const address = { agent: "ResumeAgent", name };
  const driver = new AgentClient({ ...address, host, id: "driver" });
  const client = new AgentClient({
    ...address,
    host: proxy.host,
    id: "me",
    heartbeatInterval: HEARTBEAT_MS,
    connectionTimeout: 2 * HEARTBEAT_MS,
    minReconnectionDelay: 5,
    maxReconnectionDelay: 20,
    maxEnqueuedMessages: 100_000,
    ...options,
  });
  client.binaryType = "arraybuffer";
  const down: (number | "gap")[] = [];
  const reasons: string[] = [];
  let [gaps, resumed, sent] = [0, 0, 0];
  const waiting = new Set<() => void>();
  const news = () => waiting.forEach((look) => look());
  client.addEventListener("message", ({ data }) => {
    const text = typeof data === "string"
      ? data
      : new TextDecoder().decode(data);
    if (text.startsWith("down ")) down.push(Number(text.split(" ", 2)[1]));
    news();
  });
  client.addEventListener("resumed", () => (resumed++, news()));
  client.addEventListener("gap", ({ reason }) => {
    gaps++;
    reasons.push(reason);
    down.push("gap");
    news();
  });
  const until = (isSo: () => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${what} does not come (seed ${seed})`));
      }, PATIENCE_MS);
      const look = () => {
        if (!isSo()) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  await Promise.all([driver.ready, client.ready]);
  // Both sides send all the time, mostly little.
  const isRunning = { value: true };
  const size = () => random() < 0.005 ? upTo(20_000) : upTo(60);
  const pump = (async () => {
    while (isRunning.value) {
      driver.send(`tick ${size()}`);
      const text = `up ${sent++} ${"y".repeat(size())}`;
      client.send(sent % 7 === 0 ? new TextEncoder().encode(text) : text);
      await new Promise((resolve) => setTimeout(resolve, 2 + upTo(6)));
    }
  })();
  const calls: Promise<string | undefined>[] = [];
  /** Those that were lost, and the gaps before: another one has to be told. */
  const lost: [problem: string, before: number][] = [];
  const faults: Record<string, number> = {};
  for (let cut = 0; cut < cuts; cut++) {
    const fault = FAULTS[upTo(FAULTS.length)];
    faults[fault] = (faults[fault] ?? 0) + 1;
    const before = gaps;
    calls.push(
      client.call<number>("echo", [cut]).then(
        (value) => value === cut ? undefined : `call ${cut} brought ${value}`,
        ({ code }) => void lost.push([`call ${cut}: ${code}`, before]),
      ),
    );
    const goesOn = resumed + gaps;
    const isOn = () => resumed + gaps > goesOn;
    if (fault === "cutDown") proxy.cutAfter = upTo(4000);
    else if (fault === "cutUp") proxy.cutUpAfter = upTo(4000);
    else if (fault === "freeze") proxy.freeze();
    else {
      proxy.stall();
      // Sometimes less than is noticed, sometimes more.
      await new Promise((resolve) => setTimeout(resolve, upTo(1000)));
      proxy.resume();
    }
    if (fault !== "stall") await until(isOn, fault);
    const seen = down.length;
    await until(() => down.length > seen + upTo(5), `a message after ${fault}`);
  }
  isRunning.value = false;
  await pump;
  const failed = (await Promise.all(calls)).filter((problem) => problem);
  // A call is behind all that was sent before it.
  const heard = await client.call<number[]>("heard", ["me"]);
  const all = await driver.call<number[]>("heard", ["driver"]);
  if (all.length > 0) failed.push("the driver was taken for a client");
  const untold = lost.filter(([, before]) => gaps === before);
  const problems = [
    ...failed as string[],
    ...untold.map(([problem]) => problem),
    ...missing(down).map((problem) => `down: ${problem}`),
    ...gaps > 0
      ? []
      : missing([...heard, sent]).map((problem) => `up: ${problem}`),
  ];
  client.close();
  driver.close();
  await proxy.stop();
  return {
    faults,
    resumed,
    gaps,
    reasons,
    down: down.length,
    up: sent,
    problems,
  };
}

/** Where numbers do not follow each other, but for a gap that was told. */
export function missing(numbers: readonly (number | "gap")[]): string[] {
  return numbers.flatMap((number, at) => {
    const last = numbers[at - 1];
    if (last === undefined || last === "gap" || number === "gap") return [];
    return number === last + 1 ? [] : [`${number} after ${last}`];
  });
}
