/**
 * The protocol of the state as a machine: a server with a disk, clients with
 * and without the extensions, a queue each way.
 */

/** What is wrong with a machine on purpose. */
export type Bug =
  | "no ack"
  | "no rev"
  | "ack before apply"
  | "send before commit"
  | "flush before snapshot"
  | "exclude the writer"
  | "a correction is not counted"
  | "missing epoch"
  | "no rollback"
  | "echo to base only when refused"
  | "a late state counts as none"
  | "the large write is sent again"
  | "a patch of the wrong base"
  | "a lost splice"
  | "a gap is not noticed"
  | "a patch before an acknowledgement"
  | "a version of another epoch";

/** A world to explore. */
export interface World {
  /** For each client whether it is an extended one, how often it writes, and whether it makes what it writes of the state that it has. */
  readonly clients: readonly {
    extended: boolean;
    writes: number;
    derives?: boolean;
    /** It takes patches; it derives what it writes, too. */
    patches?: boolean;
    /** What it is sent and has not read is superseded by the next state. */
    slow?: boolean;
  }[];
  /** How often a patch gets lost that is not the last one. */
  readonly gaps?: number;
  /** How often a connection breaks, by itself. */
  readonly cuts?: number;
  /** How often the server crashes. */
  readonly crashes?: number;
  /** How often it comes back without its store. */
  readonly losses?: number;
  /** The first write of client 0 is refused. */
  readonly refuses?: boolean;
  /** The first write of client 0 is larger than a message may be: the server closes. */
  readonly large?: boolean;
  readonly bug?: Bug;
}

type Value = string | null;

/** A state, and which. */
export interface Version {
  value: Value;
  epoch: number;
  rev: number;
}

/** A frame of the server. */
export type Down =
  | { type: "hello"; to: Version }
  | { type: "state"; to: Version; first?: boolean; slow?: boolean }
  | { type: "ack"; id: number; rev: number }
  | { type: "refused"; id: number; to: Version }
  /** Appends to the value of the revision before. */
  | { type: "patch"; tag: string; rev: number }
  /** Refused, to a client that was sent all that led to `rev`, or will be. */
  | { type: "conflict"; id: number; rev: number }
  /** The greeting is over without a state. */
  | { type: "end" };

interface Up {
  id: number;
  value: string;
  /** What it was made of; it is accepted where the server is there too. */
  from?: Version;
}

interface Client {
  left: number;
  connected: boolean;
  /** It has got the first frames of this connection. */
  informed: boolean;
  up: Up[];
  down: Down[];
  /** Of an extended client. */
  base: Version;
  pending: Up[];
  /** What a base client shows, and has written offline. */
  shows: Value;
  /** What the server knows of a base client. */
  behind: 0 | 1 | 2;
  owed: boolean;
  nextId: number;
  /** The version in the hello, of a client that has not got its first state. */
  greeted?: Version;
  /** What patches have made in the greeting. */
  patched?: Version;
  /** It has missed a patch: it asks for the whole state. */
  missed?: boolean;
  /** The write that was made of the state, and is on its way; one travels at a time. */
  sent?: number;
}

/** All of it at one moment. Versions, frames and writes are not changed, only replaced. */
export interface Machine {
  memory: Version;
  disk: Version;
  /** What the last changes appended, since the server started. */
  recent: string[];
  /** Frames that wait for the commit. */
  outbox: { client: number; frame: Down }[];
  clients: Client[];
  cuts: number;
  crashes: number;
  losses: number;
  gaps: number;
  /** How often the server has closed for a large write. */
  closes: number;
  /** What an accepted write has undone. */
  undone?: string;
}

const NOTHING: Version = { value: null, epoch: 0, rev: 0 };

/** Before anything has happened. */
export function begin(world: World): Machine {
  return {
    memory: { ...NOTHING, epoch: 1 },
    disk: { ...NOTHING, epoch: 1 },
    recent: [],
    outbox: [],
    clients: world.clients.map(({ writes }) => ({
      left: writes,
      connected: false,
      informed: false,
      up: [],
      down: [],
      base: NOTHING,
      pending: [],
      shows: null,
      behind: 0,
      owed: false,
      nextId: 0,
    })),
    cuts: world.cuts ?? 0,
    crashes: world.crashes ?? 0,
    losses: world.losses ?? 0,
    gaps: world.gaps ?? 0,
    closes: 0,
  };
}

/** Something that can happen. */
export type Step = [name: string, act: (machine: Machine) => void];

/** What can happen next. */
export function actions(world: World, now: Machine): Step[] {
  const steps: Step[] = [];
  const { bug } = world;
  now.clients.forEach((client, at) => {
    if (client.left > 0) {
      steps.push([
        `${at} writes`,
        (m) => write(m.clients[at], at, world.clients[at]),
      ]);
    }
    if (!client.connected) {
      steps.push([`${at} connects`, (m) => connect(world, m, at)]);
      return;
    }
    if (client.up.length > 0) {
      steps.push([`${at} is heard`, (m) => hear(world, m, at)]);
    }
    if (client.down.length > 0) {
      steps.push([
        `${at} hears`,
        (m) => hearsNext(world, m, at),
      ]);
    }
    if (now.gaps > 0 && losesPatch(client)) {
      steps.push([`${at} misses a patch`, (m) => {
        m.gaps--;
        m.clients[at].down.shift();
      }]);
    }
    if (bug === "a late state counts as none" && client.greeted) {
      steps.push([`${at} waits no longer`, ({ clients }) => {
        const client = clients[at];
        const { epoch, rev } = client.greeted!;
        client.greeted = undefined;
        client.base = { value: null, epoch, rev };
        client.informed = true;
        derive(client);
      }]);
    }
    if (client.owed) {
      steps.push([`${at} is settled`, (m) => settle(m, at)]);
    }
    if (now.cuts > 0) {
      steps.push([`${at} is cut`, (m) => {
        m.cuts--;
        cut(m, at);
      }]);
    }
  });
  if (now.disk.rev !== now.memory.rev || now.outbox.length > 0) {
    steps.push(["commit", (m) => commit(m, bug)]);
  }
  if (now.crashes > 0) {
    steps.push(["crash", (m) => {
      m.crashes--;
      crash(m, m.disk);
    }]);
  }
  if (now.losses > 0) {
    steps.push(["crash and loss", (m) => {
      m.losses--;
      crash(m, { value: null, epoch: m.disk.epoch + 1, rev: 0 });
    }]);
  }
  return steps;
}

function write(
  client: Client,
  at: number,
  { extended, derives }: World["clients"][number],
): void {
  const value = `${"abc"[at]}${client.left--}`;
  const up = { id: client.nextId++, value };
  if (derives) {
    client.pending.push(up);
    return derive(client);
  }
  if (extended) {
    client.pending.push(up);
    if (client.connected && client.informed) client.up.push(up);
    return;
  }
  client.shows = value;
  // Of one that is not connected, the queue is what it sends at open.
  client.up.push(up);
}

function connect(world: World, m: Machine, at: number): void {
  const { bug } = world;
  const { extended } = world.clients[at];
  const client = m.clients[at];
  client.connected = true;
  client.informed = false;
  client.behind = 0;
  client.owed = false;
  client.greeted = client.patched = undefined;
  if (extended) client.up = [];
  if (extended && bug === "flush before snapshot") {
    client.up = [...client.pending];
  }
  if (world.clients[at].derives) {
    send(m, at, { type: "hello", to: { ...m.memory } }, bug);
  }
  const missing = world.clients[at].patches && missingTo(m, client, bug);
  if (missing) {
    for (const frame of missing) send(m, at, frame, bug);
    return send(m, at, { type: "end" }, bug);
  }
  send(m, at, { type: "state", to: { ...m.memory }, first: true }, bug);
  if (!extended) client.behind = 1;
}

/** The patches that lead a client from what it knows to the state, if they are at hand. */
function missingTo(
  { memory, recent }: Machine,
  { base, missed }: Client,
  bug?: Bug,
): Down[] | undefined {
  const isOther = base.epoch !== memory.epoch &&
    (bug !== "a version of another epoch" || base.epoch === 0);
  if (missed || isOther) return undefined;
  const count = memory.rev - base.rev;
  if (count < 0 || count > recent.length) return undefined;
  return recent.slice(recent.length - count).map((tag, at) => ({
    type: "patch",
    tag: bug === "a lost splice" && at === 0 ? "" : tag,
    rev: base.rev + at + 1,
  }));
}

function send(m: Machine, at: number, frame: Down, bug?: Bug): void {
  if (m.disk.rev === m.memory.rev || bug === "send before commit") {
    deliver(m.clients[at], frame, bug);
  } else m.outbox.push({ client: at, frame });
}

/** A whole state takes the place of what a client has not read that is slow. */
function deliver(client: Client, frame: Down, bug?: Bug): void {
  const isAcknowledged = client.down.at(-1)?.type === "ack";
  if (
    bug === "a patch before an acknowledgement" && isAcknowledged &&
    frame.type === "patch"
  ) {
    client.down.splice(-1, 0, frame);
    return;
  }
  if (frame.type === "state" && frame.slow) {
    client.down = client.down.filter((other) =>
      other.type !== "patch" && (other.type !== "state" || other.first)
    );
  }
  client.down.push(frame);
}

/** One patch is lost that another one follows: not of a greeting. */
function losesPatch({ down, informed }: Client): boolean {
  return informed && down[0]?.type === "patch" && down[1]?.type === "patch";
}

function hear(world: World, m: Machine, at: number): void {
  const { bug } = world;
  const { extended } = world.clients[at];
  const client = m.clients[at];
  const { id, value, from } = client.up.shift()!;
  if (extended && bug === "ack before apply") {
    client.down.push({ type: "ack", id, rev: m.memory.rev + 1 });
  }
  if (world.refuses && value === firstOf(world)) {
    if (bug === "no rollback") return;
    const to = { ...m.memory };
    if (extended) return send(m, at, { type: "refused", id, to }, bug);
    send(m, at, { type: "state", to }, bug);
    client.behind = 1;
    client.owed = false;
    return;
  }
  if (world.large && value === firstOf(world)) {
    m.closes++;
    cut(m, at);
    // What was in flight is the application's again.
    if (bug !== "the large write is sent again") client.pending = [];
    return;
  }
  if (from !== undefined) {
    if (from.epoch !== m.memory.epoch || from.rev !== m.memory.rev) {
      if (world.clients[at].patches && !isQueueing(world, m, at)) {
        const { rev } = m.memory;
        return send(m, at, { type: "conflict", id, rev }, bug);
      }
      return send(m, at, { type: "refused", id, to: { ...m.memory } }, bug);
    }
    if (from.value !== m.memory.value) {
      m.undone = `${value} was made of ${from.value}, over ${m.memory.value}`;
    }
  }
  const { value: previous, epoch, rev } = m.memory;
  let tag = value.slice((previous ?? "").length);
  if (bug === "a patch of the wrong base") tag = (m.recent.at(-1) ?? "") + tag;
  m.memory = { value, epoch, rev: rev + 1 };
  if (world.clients.some(({ patches }) => patches)) m.recent.push(tag);
  m.clients.forEach((other, index) => {
    if (index === at || !other.connected) return;
    if (world.clients[index].patches) {
      const frame: Down = isQueueing(world, m, index)
        ? { type: "state", to: { ...m.memory }, slow: true }
        : { type: "patch", tag, rev: rev + 1 };
      return send(m, index, frame, bug);
    }
    send(m, index, { type: "state", to: { ...m.memory } }, bug);
    if (!world.clients[index].extended) {
      other.behind = 2;
      other.owed = false;
    }
  });
  if (extended) {
    if (bug === "no ack" || bug === "ack before apply") return;
    return send(m, at, { type: "ack", id, rev: m.memory.rev }, bug);
  }
  if (bug === "exclude the writer") return;
  if (bug === "echo to base only when refused") return;
  if (client.behind === 2) {
    send(m, at, { type: "state", to: { ...m.memory } }, bug);
    client.behind = bug === "a correction is not counted" ? 0 : 1;
  } else if (client.behind === 1) client.owed = true;
}

/** A client that is slow, and has not read what it was sent. */
function isQueueing({ clients }: World, m: Machine, at: number): boolean {
  return clients[at].slow === true && m.clients[at].down.length > 0;
}

/** It has written nothing for a while. */
function settle(m: Machine, at: number): void {
  m.clients[at].owed = false;
  send(m, at, { type: "state", to: { ...m.memory } });
}

function hearsNext(world: World, m: Machine, at: number): void {
  const client = m.clients[at];
  if (!world.clients[at].patches) {
    return take(client, world.clients[at], world.bug);
  }
  takePatches(client, world.bug);
  if (!client.missed || !client.connected) return;
  // Without a loss there is nothing to miss.
  if (!world.gaps) m.undone = `client ${at} was not sent a change`;
  cut(m, at);
}

/** The same for a client that takes patches. */
function takePatches(client: Client, bug: Bug | undefined): void {
  const frame = client.down[0];
  const from = client.patched ?? client.base;
  const isMissed = frame.type === "patch" && from.rev !== frame.rev - 1;
  if (isMissed && bug !== "a gap is not noticed") {
    client.missed = true;
    return;
  }
  if (frame.type === "patch") {
    client.down.shift();
    const { rev } = frame;
    const next = { value: made(from, frame.tag), epoch: from.epoch, rev };
    if (client.informed) client.base = next;
    else client.patched = next;
    return;
  }
  if (frame.type === "state") client.missed = undefined;
  if (frame.type === "end") {
    client.base = { ...client.patched ?? client.base };
    client.base.epoch = client.greeted!.epoch;
    client.patched = undefined;
  }
  take(client, { extended: true, writes: 0, derives: true }, bug);
}

function take(
  client: Client,
  { extended, derives }: World["clients"][number],
  bug: Bug | undefined,
): void {
  const frame = client.down.shift()!;
  if (frame.type === "hello") {
    client.greeted = frame.to;
    return;
  }
  if (derives) return takeDeriving(client, frame);
  if (!extended) {
    if (frame.type === "state") client.shows = frame.to.value;
    return;
  }
  if (frame.type === "ack") {
    const at = client.pending.findIndex(({ id }) => id === frame.id);
    if (at < 0) return;
    const { value } = client.pending[at];
    client.base = { value, epoch: client.base.epoch, rev: frame.rev };
    client.pending.splice(at, 1);
    return;
  }
  if (!("to" in frame)) return;
  const { to } = frame;
  const stale = bug === "missing epoch"
    ? to.rev < client.base.rev
    : to.epoch === client.base.epoch && to.rev < client.base.rev;
  if (!stale) client.base = to;
  if (frame.type === "refused") {
    client.pending = client.pending.filter(({ id }) => id !== frame.id);
    return;
  }
  // Without a revision nobody can say whether this is older than one's own.
  if (bug === "no rev" && !frame.first) client.pending = [];
  if (!frame.first) return;
  client.informed = true;
  if (bug === "flush before snapshot") client.pending = [];
  else {
    // What became of the others is unknown; the last one is what it shows.
    client.pending = client.pending.slice(-1).map(({ value }) => ({
      id: client.nextId++,
      value,
    }));
    client.up.push(...client.pending);
  }
}

/** The same for a client whose writes are made of the state that it has. */
function takeDeriving(client: Client, frame: Down): void {
  const isAnswer = frame.type !== "state" && "id" in frame &&
    frame.id === client.sent;
  if (frame.type === "ack" && isAnswer) {
    const { value } = client.pending.shift()!;
    const { epoch } = client.base;
    client.base = { value: made(client.base, value), epoch, rev: frame.rev };
  } else if ("to" in frame) client.base = frame.to;
  if (isAnswer) client.sent = undefined;
  if (frame.type === "end" || frame.type === "state" && frame.first) {
    // What was sent before may have been accepted: it is not made again.
    client.pending = client.pending.filter(({ id }) => id !== client.sent);
    client.sent = client.greeted = undefined;
    client.informed = true;
  }
  derive(client);
}

/** Sends the next write of such a client, if it may. */
function derive(client: Client): void {
  const next = client.pending[0];
  if (!client.connected || !client.informed || !next) return;
  if (client.sent !== undefined) return;
  const from = client.base;
  // Under an id of its own each time: an answer is to this one.
  const id = client.nextId++;
  client.pending[0] = { id, value: next.value };
  client.sent = id;
  client.up.push({ id, value: made(from, next.value), from });
}

function made({ value }: Version, tag: string): string {
  return `${value ?? ""}${tag}`;
}

function commit(m: Machine, bug: Bug | undefined): void {
  m.disk = { ...m.memory };
  for (const { client, frame } of m.outbox.splice(0)) {
    if (m.clients[client].connected) deliver(m.clients[client], frame, bug);
  }
}

function cut(m: Machine, at: number): void {
  const client = m.clients[at];
  client.connected = client.informed = client.owed = false;
  client.up = [];
  client.down = [];
  client.behind = 0;
  m.outbox = m.outbox.filter(({ client }) => client !== at);
}

function crash(m: Machine, disk: Version): void {
  m.outbox = [];
  m.recent = [];
  m.disk = { ...disk };
  m.memory = { ...disk };
  m.clients.forEach((_, at) => cut(m, at));
}

function firstOf(world: World): string {
  return `a${world.clients[0].writes}`;
}

/** What is wrong with a state, if anything. */
export function judge(world: World, m: Machine): string | undefined {
  if (m.undone) return m.undone;
  if (m.closes > 1) return "the same write closes one connection after another";
  for (const [at, { base }] of m.clients.entries()) {
    if (base.epoch === m.disk.epoch && base.rev > m.disk.rev) {
      return `client ${at} has seen revision ${base.rev}, and ${m.disk.rev} is on disk`;
    }
  }
  const rests = m.disk.rev === m.memory.rev && m.outbox.length === 0 &&
    m.clients.every((client) =>
      client.connected && client.left === 0 && client.up.length === 0 &&
      client.down.length === 0 && !client.owed
    );
  if (!rests) return undefined;
  for (const [at, client] of m.clients.entries()) {
    const shown = !world.clients[at].extended
      ? client.shows
      : client.pending.length > 0
      ? client.pending.at(-1)!.value
      : client.base.value;
    if (shown !== m.memory.value) {
      return `client ${at} shows ${shown} for ever, and the state is ${m.memory.value}`;
    }
  }
}
