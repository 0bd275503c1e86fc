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
  | "echo to base only when refused";

/** A world to explore. */
export interface World {
  /** For each client whether it is an extended one, and how often it writes. */
  readonly clients: readonly { extended: boolean; writes: number }[];
  /** How often a connection breaks, by itself. */
  readonly cuts?: number;
  /** How often the server crashes. */
  readonly crashes?: number;
  /** How often it comes back without its store. */
  readonly losses?: number;
  /** The first write of client 0 is refused. */
  readonly refuses?: boolean;
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
  | { type: "state"; to: Version; first?: boolean }
  | { type: "ack"; id: number; rev: number }
  | { type: "refused"; id: number; to: Version };

interface Up {
  id: number;
  value: string;
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
}

/** All of it at one moment. Versions, frames and writes are not changed, only replaced. */
export interface Machine {
  memory: Version;
  disk: Version;
  /** Frames that wait for the commit. */
  outbox: { client: number; frame: Down }[];
  clients: Client[];
  cuts: number;
  crashes: number;
  losses: number;
}

const NOTHING: Version = { value: null, epoch: 0, rev: 0 };

/** Before anything has happened. */
export function begin(world: World): Machine {
  return {
    memory: { ...NOTHING, epoch: 1 },
    disk: { ...NOTHING, epoch: 1 },
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
  };
}

/** Something that can happen. */
export type Step = [name: string, act: (machine: Machine) => void];

/** What can happen next. */
export function actions(world: World, now: Machine): Step[] {
  const steps: Step[] = [];
  const { bug } = world;
  now.clients.forEach((client, at) => {
    const { extended } = world.clients[at];
    if (client.left > 0) {
      steps.push([`${at} writes`, (m) => write(m.clients[at], at, extended)]);
    }
    if (!client.connected) {
      steps.push([`${at} connects`, (m) => connect(m, at, extended, bug)]);
      return;
    }
    if (client.up.length > 0) {
      steps.push([`${at} is heard`, (m) => hear(world, m, at)]);
    }
    if (client.down.length > 0) {
      steps.push([`${at} hears`, (m) => take(m.clients[at], extended, bug)]);
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
    steps.push(["commit", commit]);
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

function write(client: Client, at: number, extended: boolean): void {
  const value = `${"abc"[at]}${client.left--}`;
  const up = { id: client.nextId++, value };
  if (extended) {
    client.pending.push(up);
    if (client.connected && client.informed) client.up.push(up);
    return;
  }
  client.shows = value;
  // Of one that is not connected, the queue is what it sends at open.
  client.up.push(up);
}

function connect(
  m: Machine,
  at: number,
  extended: boolean,
  bug: Bug | undefined,
): void {
  const client = m.clients[at];
  client.connected = true;
  client.informed = false;
  client.behind = 0;
  client.owed = false;
  if (extended) client.up = [];
  if (extended && bug === "flush before snapshot") {
    client.up = [...client.pending];
  }
  send(m, at, { type: "state", to: { ...m.memory }, first: true }, bug);
  if (!extended) client.behind = 1;
}

function send(m: Machine, at: number, frame: Down, bug?: Bug): void {
  if (m.disk.rev === m.memory.rev || bug === "send before commit") {
    m.clients[at].down.push(frame);
  } else m.outbox.push({ client: at, frame });
}

function hear(world: World, m: Machine, at: number): void {
  const { bug } = world;
  const { extended } = world.clients[at];
  const client = m.clients[at];
  const { id, value } = client.up.shift()!;
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
  m.memory = { value, epoch: m.memory.epoch, rev: m.memory.rev + 1 };
  m.clients.forEach((other, index) => {
    if (index === at || !other.connected) return;
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

/** It has written nothing for a while. */
function settle(m: Machine, at: number): void {
  m.clients[at].owed = false;
  send(m, at, { type: "state", to: { ...m.memory } });
}

function take(client: Client, extended: boolean, bug: Bug | undefined): void {
  const frame = client.down.shift()!;
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

function commit(m: Machine): void {
  m.disk = { ...m.memory };
  for (const { client, frame } of m.outbox.splice(0)) {
    if (m.clients[client].connected) m.clients[client].down.push(frame);
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
  m.disk = { ...disk };
  m.memory = { ...disk };
  m.clients.forEach((_, at) => cut(m, at));
}

function firstOf(world: World): string {
  return `a${world.clients[0].writes}`;
}

/** What is wrong with a state, if anything. */
export function judge(world: World, m: Machine): string | undefined {
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
