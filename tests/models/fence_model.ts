// Nodes, shards and fences as rules only: every order in which things can
// happen is tried, and no clock is asked, for nothing may depend on one.

/** Rules that can be broken on purpose. */
export interface Rules {
  /** A commit reads the fence, and writes later without a lock on it. */
  readonly unlocked?: boolean;
  /** A commit does not look at the fence. */
  readonly unfenced?: boolean;
  /** A node that gains shards keeps its fence. */
  readonly keepsFenceAtGain?: boolean;
  /** Commits and changes of the fence do not take turns, and who is refused is lost. */
  readonly overlapping?: boolean;
  /** A standby may take over that has missed something. */
  readonly failover?: boolean;
}

const NODES = [0, 1, 2];
const SHARDS = [0, 1];
/** How many fences there may be: how long a story may get. */
const MAX_FENCES = Number(globalThis.process?.env?.ROAM_FENCES ?? 5);
const MAX_MESSAGES = 2;

interface Database {
  fences: number[];
  dead: boolean[];
  owners: number[];
}

interface Message {
  from: number;
  kind: "commit" | "claim" | "give";
  /** The statement is refused unless the node's fence in the database is one of these. */
  fences: number[];
  next: number;
  shard: number;
  /** Whom a claim declares dead, or to whom a shard is given. */
  other: number;
  /** A commit that has looked at the fence. */
  hasLooked?: boolean;
  isAwaited: boolean;
}

interface Node {
  /** Fences that the node may have, one of which the database knows. */
  fences: number[];
  /** It does not know how a statement has ended: nothing may follow but a new fence. */
  isUnsure: boolean;
  owned: number[];
  isLost: boolean;
}

interface State {
  db: Database;
  nodes: Node[];
  messages: Message[];
  /** The node that has begun to serve each shard last. */
  readers: number[];
  count: number;
  saved: Database | null;
  hasFailed: boolean;
}

/** What is wrong, and how it came to that. */
export interface Problem {
  readonly what: string;
  readonly steps: readonly string[];
}

/** Tries everything. Returns the first problem, if there is one, and how many states there are. */
export function explore(
  rules: Rules,
): { problem: Problem | undefined; states: number } {
  const first: State = {
    db: {
      fences: [0, 1, 2],
      dead: [false, false, false],
      owners: [0, 1],
    },
    nodes: NODES.map((node) => ({
      fences: [node],
      isUnsure: false,
      owned: node < 2 ? [node] : [],
      isLost: false,
    })),
    messages: [],
    readers: [0, 1],
    count: 3,
    saved: null,
    hasFailed: false,
  };
  const seen = new Map<string, { before: string; step: string }>();
  const firstKey = JSON.stringify(first);
  seen.set(firstKey, { before: "", step: "" });
  let queue = [firstKey];
  const trace = (key: string, last: string) => {
    const steps = [last];
    for (let at = key; at !== firstKey; at = seen.get(at)!.before) {
      steps.unshift(seen.get(at)!.step);
    }
    return steps;
  };
  while (queue.length > 0) {
    const following: string[] = [];
    for (const key of queue) {
      for (const [step, change] of steps(JSON.parse(key), rules)) {
        const state = JSON.parse(key) as State;
        const what = change(state) ?? problemOf(state);
        if (what !== undefined) {
          const problem = { what, steps: trace(key, step) };
          return { problem, states: seen.size };
        }
        const next = JSON.stringify(state);
        if (seen.has(next)) continue;
        seen.set(next, { before: key, step });
        following.push(next);
      }
    }
    queue = following;
  }
  return { problem: undefined, states: seen.size };
}

type Step = [string, (state: State) => string | undefined | void];

function steps(state: State, rules: Rules): Step[] {
  const found: Step[] = [];
  for (const id of NODES) found.push(...stepsOf(state, id, rules));
  for (const [at, message] of state.messages.entries()) {
    found.push(...deliveries(message, at, rules));
  }
  if (rules.failover && state.saved === null) {
    found.push(["a standby stops following", (state) => {
      state.saved = structuredClone(state.db);
    }]);
  }
  if (state.saved !== null && !state.hasFailed) {
    found.push(["the standby takes over", (state) => {
      state.db = structuredClone(state.saved!);
      state.hasFailed = true;
      // Its connections were to the other server.
      for (const message of state.messages) abandon(state, message);
      state.messages = [];
    }]);
  }
  return found;
}

/** What a node may begin. */
function stepsOf(state: State, id: number, rules: Rules): Step[] {
  const node = state.nodes[id];
  const waiting = state.messages.filter(({ from, isAwaited }) =>
    from === id && isAwaited
  );
  if (node.isLost || state.messages.length >= MAX_MESSAGES) return [];
  if (waiting.length > (rules.overlapping ? 1 : 0)) return [];
  const found: Step[] = [];
  const send = (name: string, message: Partial<Message>, keeps = false) => {
    if (message.kind !== "commit" && state.count >= MAX_FENCES) return;
    found.push([`${id} ${name}`, (state) => {
      const node = state.nodes[id];
      const isChange = message.kind !== "commit";
      const bound = [...node.fences];
      const next = isChange && !keeps ? state.count++ : -1;
      if (next !== -1) node.fences.push(next);
      // Its instances have left memory before.
      if (message.kind === "give") {
        node.owned = node.owned.filter((shard) => shard !== message.shard);
      }
      state.messages.push({
        from: id,
        kind: "commit",
        fences: bound,
        next: keeps ? node.fences[0] : next,
        shard: -1,
        other: -1,
        isAwaited: true,
        ...message,
      });
    }]);
  };
  if (node.isUnsure) {
    send("changes its fence", { kind: "claim" });
    return found;
  }
  for (const shard of node.owned) {
    send(`writes ${shard}`, { kind: "commit", shard });
    for (const other of NODES) {
      if (other === id) continue;
      send(`gives ${shard} to ${other}`, { kind: "give", shard, other });
    }
  }
  for (const other of NODES) {
    if (other === id || state.db.dead[other]) continue;
    send(`declares ${other} dead`, { kind: "claim", other });
  }
  const isGiven = SHARDS.some((shard) =>
    state.db.owners[shard] === id && !node.owned.includes(shard)
  );
  if (isGiven) {
    const claim = { kind: "claim" } as const;
    send("takes what it was given", claim, rules.keepsFenceAtGain);
  }
  return found;
}

/** A statement arrives, and is answered or not; or it is waited for no more. */
function deliveries(message: Message, at: number, rules: Rules): Step[] {
  const { from, kind } = message;
  const found: Step[] = [];
  if (rules.unlocked && kind === "commit" && !message.hasLooked) {
    found.push([`the ${kind} of ${from} looks at the fence`, (state) => {
      if (isAccepted(state.db, message)) state.messages[at].hasLooked = true;
      else {
        state.messages.splice(at, 1);
        if (message.isAwaited) return answer(state, message, false);
      }
    }]);
  } else {
    for (const isHeard of message.isAwaited ? [true, false] : [false]) {
      const heard = isHeard ? "" : ", and nobody hears of it";
      found.push([`the ${kind} of ${from} is done${heard}`, (state) => {
        state.messages.splice(at, 1);
        const [isDone, problem] = execute(state, message, rules);
        if (problem !== undefined) return problem;
        if (isHeard) return answer(state, message, isDone);
        if (message.isAwaited) abandon(state, message);
      }]);
    }
  }
  if (message.isAwaited) {
    found.push([`${from} waits for its ${kind} no more`, (state) => {
      abandon(state, message);
      state.messages[at].isAwaited = false;
    }]);
  }
  return found;
}

function isAccepted({ dead, fences }: Database, message: Message): boolean {
  return !dead[message.from] && message.fences.includes(fences[message.from]);
}

function execute(
  state: State,
  message: Message,
  rules: Rules,
): [boolean, string?] {
  const { db, readers } = state;
  const { from, kind, shard, other, next } = message;
  const isFree = kind === "commit" && (rules.unfenced || message.hasLooked);
  if (!isFree && !isAccepted(db, message)) return [false];
  if (kind === "commit") {
    // What a failover has lost was read by nobody, as far as the database knows.
    if (readers[shard] === from || state.hasFailed) return [true];
    return [
      true,
      `${from} writes ${shard} after ${readers[shard]} has read it`,
    ];
  }
  db.fences[from] = next;
  if (kind === "give") {
    if (db.owners[shard] === from) db.owners[shard] = other;
    return [true];
  }
  if (other !== -1) {
    db.dead[other] = true;
    for (const shard of SHARDS) {
      if (db.owners[shard] === other) db.owners[shard] = from;
    }
  }
  return [true];
}

/** The node hears how its statement has ended. */
function answer(
  state: State,
  message: Message,
  isDone: boolean,
): string | undefined {
  const node = state.nodes[message.from];
  if (node.isLost) return undefined;
  if (!isDone) {
    node.isLost = true;
    node.owned = [];
    if (state.db.dead[message.from] || state.hasFailed) return undefined;
    return `${message.from} is lost, and nobody has declared it dead`;
  }
  if (message.kind === "commit") return undefined;
  node.fences = [message.next];
  node.isUnsure = false;
  if (message.kind === "claim") take(state, message.from);
  return undefined;
}

/** The node does not know how its statement has ended, or will end. */
function abandon(state: State, message: Message): void {
  if (message.isAwaited) state.nodes[message.from].isUnsure = true;
}

/** The node has what the database says, and reads what it has not had. */
function take(state: State, id: number): void {
  const node = state.nodes[id];
  const owned = SHARDS.filter((shard) => state.db.owners[shard] === id);
  for (const shard of owned) {
    if (!node.owned.includes(shard)) state.readers[shard] = id;
  }
  node.owned = owned;
}

/** Two nodes that could both write one shard; who does not know its fence writes nothing. */
function problemOf({ db, nodes }: State): string | undefined {
  for (const shard of SHARDS) {
    const writers = NODES.filter((id) =>
      nodes[id].owned.includes(shard) && !db.dead[id] &&
      !nodes[id].isUnsure && nodes[id].fences.includes(db.fences[id])
    );
    if (writers.length > 1) return `${writers} can write ${shard}`;
  }
  return undefined;
}
