/**
 * What 500 cursors cost that move 20 times a second in one instance, over real
 * sockets: the server's CPU, how old a cursor is when another client sees it,
 * writes to the store; and how long one is seen whose plug is pulled.
 *
 *     bun bench/presence.ts [--only=bun,deno] [--cursors=500] [--no-plug]
 */
import process from "node:process";
import { FaultProxy } from "../tests/support/network/fault_proxy.ts";
import { RUNTIMES, type Server, start } from "../tests/targets/targets.ts";
import { cpuBetween, cpuTimes } from "./cpu.ts";
import { clientFrame, TEXT } from "./generator/frames.ts";
import { Listener } from "./generator/listener.ts";
import { machine } from "./machine.ts";

const INTERVAL_MS = 50;
const WARM_MS = 2000;
const MEASURED_MS = 10_000;
/** Clients that look at what they are sent; the others count the bytes. */
const WITNESSES = 3;

const word = (name: string) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.split("=")[1];
const only = word("only")?.split(",") ?? RUNTIMES;
const cursors = Number(word("cursors") ?? 500);
const isPlugged = process.argv.includes("--no-plug");
const path = (id: string) => `/agents/live-agent/canvas?_roam=1&_pk=${id}`;

console.log(`${machine()}; ${cursors} cursors\n`);
console.log(
  "| runtime | moves of all, a second | to each client, a second | CPU of the server | age of a cursor, p50, p99 | writes | a pulled plug is gone after |\n| --- | --- | --- | --- | --- | --- | --- |",
);
for (const runtime of RUNTIMES.filter((name) => only.includes(name))) {
  const server = await start(runtime, {
    entry: "bench/servers/live.ts",
    objects: { LiveAgent: "LiveAgent" },
  });
  const row = await measure(server);
  const gone = isPlugged ? "" : `${await unplug(server)} s`;
  console.log(`| ${runtime} | ${row} | ${gone} |`);
  await server.stop();
}
process.exit(0);

/** Presence of a client at `x`; the time stands in for `y`. */
function move(x: number): Uint8Array {
  const value = { x, y: Math.round(performance.now()) };
  const text = JSON.stringify({ type: "roam_presence", value });
  return clientFrame(TEXT, new TextEncoder().encode(text));
}

async function measure(server: Server): Promise<string> {
  const writes = async () =>
    Number(
      await (await fetch(`http://${server.host}/agents/live-agent/canvas`))
        .text(),
    );
  const clients: Listener[] = [];
  for (let at = 0; at < cursors; at++) {
    clients.push(await Listener.open(server.host, path(`c${at}`)));
  }
  const ages: number[] = [];
  let frames = 0;
  let isMeasured = false;
  for (let at = 0; at < WITNESSES; at++) {
    const socket = new WebSocket(`ws://${server.host}${path(`w${at}`)}`);
    await new Promise((resolve) => socket.onopen = resolve);
    socket.onmessage = ({ data }) => {
      if (data.startsWith('{"type":"roam_mark"')) return socket.send(data);
      if (!isMeasured || !data.startsWith('{"type":"roam_presence"')) return;
      const now = performance.now();
      frames++;
      for (const [, { y }] of JSON.parse(data).set ?? []) ages.push(now - y);
    };
    socket.send('{"type":"roam_presence"}');
  }
  // Each has its own moments, spread over the interval.
  let moves = 0;
  let next = 0;
  const begin = performance.now();
  const timer = setInterval(() => {
    const due = (performance.now() - begin) / INTERVAL_MS * cursors;
    while (next < due) {
      clients[next % cursors].write(move(next % 1000));
      next++;
      if (isMeasured) moves++;
    }
  }, 2);
  await new Promise((resolve) => setTimeout(resolve, WARM_MS));
  const bytes = () => clients.reduce((sum, { bytes }) => sum + bytes, 0);
  const { pid } = server.process;
  const [bytesBefore, writesBefore] = [bytes(), await writes()];
  const [cpuBefore, since] = [cpuTimes(pid), performance.now()];
  isMeasured = true;
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  isMeasured = false;
  const seconds = (performance.now() - since) / 1000;
  const cpu = cpuBetween(cpuBefore, cpuTimes(pid)) / 1e9 / seconds;
  const rate = (bytes() - bytesBefore) / cursors / seconds;
  clearInterval(timer);
  const written = await writes() - writesBefore;
  for (const client of clients) client.destroy();
  ages.sort((a, b) => a - b);
  const age = (part: number) => ages[Math.floor(ages.length * part)];
  return [
    Math.round(moves / seconds),
    `${(frames / WITNESSES / seconds).toFixed(1)} frames, ${
      Math.round(rate / 1000)
    } kB`,
    `${Math.round(cpu * 100)} % of a core`,
    `${Math.round(age(0.5))} ms, ${Math.round(age(0.99))} ms`,
    written,
  ].join(" | ");
}

/** Seconds until the others are told that a client has gone whose network says nothing. */
async function unplug(server: Server): Promise<string> {
  const proxy = await FaultProxy.start(server.host);
  const name = "/agents/live-agent/plug?_roam=1&_pk=";
  const witness = new WebSocket(`ws://${server.host}${name}witness`);
  await new Promise((resolve) => witness.onopen = resolve);
  const told = (is: (text: string) => boolean) =>
    new Promise((resolve) => {
      witness.addEventListener("message", ({ data }) => is(data) && resolve(0));
    });
  witness.send('{"type":"roam_presence"}');
  // workerd looks for who has vanished while others use the object.
  let moves = 0;
  const beat = setInterval(
    () => witness.send(`{"type":"roam_presence","value":${moves++}}`),
    1000,
  );
  const shown = told((text) => text.includes('[["plug",1]]'));
  const plugged = await Listener.open(proxy.host, `${name}plug&_session=1`);
  plugged.send('{"type":"roam_presence","value":1}');
  await shown;
  const since = performance.now();
  const gone = told((text) => text.includes('"gone":["plug"]'));
  proxy.stall();
  await gone;
  const seconds = (performance.now() - since) / 1000;
  clearInterval(beat);
  witness.close();
  await proxy.stop();
  return seconds.toFixed(1);
}
