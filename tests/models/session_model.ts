import {
  actions,
  begin,
  judge,
  type Machine,
  type World,
} from "./session_machine.ts";

/** What an exploration found. */
export interface Findings {
  readonly states: number;
  /** The first bad state, with the way to it. */
  readonly failure?: { readonly problem: string; readonly trace: string[] };
}

/** Visits all states of `world`; stops at the first bad one. */
export function explore(world: World): Findings {
  const seen = new Set<string>();
  const queue: Visit[] = [{ text: JSON.stringify(begin(world)) }];
  while (queue.length > 0) {
    const visit = queue.pop()!;
    const machine: Machine = JSON.parse(visit.text);
    for (const [step, act] of actions(world, machine)) {
      const next: Machine = JSON.parse(visit.text);
      act(next);
      tidy(next);
      const text = JSON.stringify(next);
      if (seen.has(text)) continue;
      seen.add(text);
      const reached = { text, step, from: visit };
      const problem = judge(next);
      if (problem !== undefined) {
        const trace = wayTo(reached);
        return { states: seen.size, failure: { problem, trace } };
      }
      queue.push(reached);
    }
  }
  return { states: seen.size };
}

/** A state, and how it was reached. */
interface Visit {
  readonly text: string;
  readonly step?: string;
  readonly from?: Visit;
}

/** Of sockets that are gone on both sides nothing matters. */
function tidy({ sockets, clients }: Machine): void {
  for (const [at, socket] of sockets.entries()) {
    if (clients[socket.client]?.socket === at) continue;
    socket.down = [];
    if (!socket.isOpenAtServer || socket.isBroken) socket.up = [];
  }
}

function wayTo(visit: Visit): string[] {
  const trace: string[] = [];
  for (let at: Visit | undefined = visit; at?.step; at = at.from) {
    trace.unshift(at.step);
  }
  return trace;
}
