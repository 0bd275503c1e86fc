/**
 * What becomes of messages when networks break: Socket.IO with its recovery
 * on, by the schedule that tests/faults/resume.test.ts has for agents. Counts
 * what is missing, and what comes twice, in either direction.
 *
 *     cd bench/peers && npm ci && cd ../.. && deno run -A --no-lock bench/peers/recovery.ts 1000
 *     ROAM_CUTS=1000 deno test -A --no-lock tests/faults/resume.test.ts
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { io } from "socket.io-client";
import { FaultProxy } from "../../tests/support/network/fault_proxy.ts";
import { randomOf } from "../../tests/support/random/random.ts";
import { seedOf } from "../../tests/support/random/seed.ts";

const FAULTS = ["cutDown", "cutUp", "freeze", "stall"] as const;
const cuts = Number(process.argv[2] ?? 100);
const seed = seedOf("recovery");
const random = randomOf(seed);
const upTo = (most: number) => Math.floor(random() * most);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const server = spawn("node", [
  new URL("socket_io_server.mjs", import.meta.url).pathname,
], { stdio: ["ignore", "pipe", "inherit"] });
const port = await new Promise<string>((resolve) =>
  createInterface({ input: server.stdout }).once(
    "line",
    (line) => resolve(line.split(" ")[1]),
  )
);
const proxy = await FaultProxy.start(`127.0.0.1:${port}`);
const options = { transports: ["websocket"], forceNew: true };
const driver = io(`http://127.0.0.1:${port}`, options);
const client = io(`http://${proxy.host}`, {
  ...options,
  reconnectionDelay: 5,
  reconnectionDelayMax: 20,
  timeout: 600,
});
const down: number[] = [];
let [connects, recovered, sent] = [0, 0, 0];
client.on("down", (number: number) => down.push(number));
client.on("connect", () => {
  connects++;
  if (client.recovered) recovered++;
});
const until = async (isSo: () => boolean, what: string) => {
  const end = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`${what} does not come (${seed})`);
    await pause(2);
  }
};
await until(() => client.connected && driver.connected, "a connection");
let isRunning = true;
const size = () => random() < 0.005 ? upTo(20_000) : upTo(60);
const pump = (async () => {
  while (isRunning) {
    driver.emit("tick", size());
    client.emit("up", sent++, "y".repeat(size()));
    await pause(2 + upTo(6));
  }
})();
for (let cut = 0; cut < cuts; cut++) {
  const fault = FAULTS[upTo(FAULTS.length)];
  const before = connects;
  if (fault === "cutDown") proxy.cutAfter = upTo(4000);
  else if (fault === "cutUp") proxy.cutUpAfter = upTo(4000);
  else if (fault === "freeze") proxy.freeze();
  else {
    proxy.stall();
    await pause(upTo(1000));
    proxy.resume();
  }
  if (fault !== "stall") await until(() => connects > before, fault);
  const seen = down.length;
  await until(() => down.length > seen + upTo(5), `a message after ${fault}`);
}
isRunning = false;
await pump;
await until(() => client.connected, "the last connection");
await client.timeout(30_000).emitWithAck("echo", 1);
const heard = await client.timeout(30_000).emitWithAck("heard") as number[];
console.log(
  `Socket.IO: seed ${seed}, ${cuts} faults, ${
    connects - 1
  } reconnects, ${recovered} of them recovered`,
);
report("down", down);
report("up", heard);
server.kill();
process.exit(0);

function report(direction: string, numbers: readonly number[]): void {
  const known = new Set(numbers);
  const first = Math.min(...numbers);
  const span = Math.max(...numbers) - first + 1;
  const late = numbers.filter((number, at) => number < numbers[at - 1]).length;
  console.log(
    `${direction}: ${span} sent, ${span - known.size} missing, ${
      numbers.length - known.size
    } twice, ${late} out of order`,
  );
}
