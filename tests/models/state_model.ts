import {
  actions,
  begin,
  type Down,
  judge,
  type Machine,
  type Version,
  type World,
} from "./state_machine.ts";

/** What an exploration found. */
export interface Findings {
  readonly states: number;
  /** The first bad state, with the way to it. */
  readonly failure?: { readonly problem: string; readonly trace: string[] };
}

/** Visits all states of `world`; stops at the first bad one. */
export function explore(world: World): Findings {
  const first = begin(world);
  const seen = new Set([keyOf(first)]);
  const queue: Visit[] = [{ machine: first }];
  while (queue.length > 0) {
    const visit = queue.pop()!;
    for (const [step, act] of actions(world, visit.machine)) {
      const machine = copyOf(visit.machine);
      act(machine);
      const key = keyOf(machine);
      if (seen.has(key)) continue;
      seen.add(key);
      const next = { machine, step, from: visit };
      const problem = judge(world, machine);
      if (problem !== undefined) {
        return { states: seen.size, failure: { problem, trace: wayTo(next) } };
      }
      queue.push(next);
    }
  }
  return { states: seen.size };
}

/** A state, and how it was reached. */
interface Visit {
  readonly machine: Machine;
  readonly step?: string;
  readonly from?: Visit;
}

function wayTo(visit: Visit): string[] {
  const trace: string[] = [];
  for (let at: Visit | undefined = visit; at?.step; at = at.from) {
    trace.unshift(at.step);
  }
  return trace;
}

/** Versions, frames and writes are not changed, only replaced. */
function copyOf(m: Machine): Machine {
  return {
    ...m,
    recent: [...m.recent],
    outbox: [...m.outbox],
    clients: m.clients.map((client) => ({
      ...client,
      up: [...client.up],
      down: [...client.down],
      pending: [...client.pending],
    })),
  };
}

/** Equal for equal states only. */
function keyOf(m: Machine): string {
  let key = `${m.cuts}${m.crashes}${m.losses}${m.closes}${m.gaps}${m.undone}${
    versionKey(m.memory)
  }${versionKey(m.disk)}${m.recent}`;
  for (const { client, frame } of m.outbox) {
    key += `${client}${frameKey(frame)}`;
  }
  for (const client of m.clients) {
    key += `/${client.left}${client.connected ? 1 : 0}${
      client.informed ? 1 : 0
    }${client.owed ? 1 : 0}${client.behind}${client.nextId}${client.shows}${
      versionKey(client.base)
    }`;
    if (client.sent !== undefined) key += `!${client.sent}`;
    if (client.missed) key += "m";
    if (client.patched) key += `p${versionKey(client.patched)}`;
    if (client.greeted) key += `h${versionKey(client.greeted)}`;
    for (const { id, value, from } of client.up) {
      key += `^${id}${value}${from ? versionKey(from) : ""}`;
    }
    for (const { id, value } of client.pending) key += `?${id}${value}`;
    for (const frame of client.down) key += frameKey(frame);
  }
  return key;
}

function versionKey({ value, epoch, rev }: Version): string {
  return `,${value}.${epoch}.${rev}`;
}

function frameKey(frame: Down): string {
  if (frame.type === "ack") return `+${frame.id}.${frame.rev}`;
  if (frame.type === "refused") return `-${frame.id}${versionKey(frame.to)}`;
  if (frame.type === "hello") return `#${versionKey(frame.to)}`;
  if (frame.type === "patch") return `~${frame.tag}.${frame.rev}`;
  if (frame.type === "conflict") return `*${frame.id}.${frame.rev}`;
  if (frame.type === "end") return "$";
  return `=${frame.first ? 1 : 0}${frame.slow ? "s" : ""}${
    versionKey(frame.to)
  }`;
}
