/**
 * Sessions as a machine: a server that broadcasts, clients that send, sockets
 * that break on one side before the other, and somebody who has listened.
 */

/** What is wrong with a machine on purpose. */
export type Bug =
  | "acknowledged too early"
  | "counted twice"
  | "replay before resume"
  | "ghost keeps the id"
  | "a ghost is heard"
  | "new before missing"
  | "the used secret stays good"
  | "an expired session goes on"
  | "dropped at the first answer";

/** Who is no client. */
const STRANGER = -1;

/** A world to explore. */
export interface World {
  /** How often each client sends. */
  readonly clients: readonly number[];
  readonly broadcasts: number;
  /** How often a socket breaks, or is given up by its client alone. */
  readonly breaks: number;
  readonly acks?: number;
  readonly expiries?: number;
  /** How often somebody else says what client 0 has said to come back. */
  readonly replays?: number;
  readonly bug?: Bug;
}

type Numbered = [number: number, message: number];

type Up =
  | { type: "open" }
  | { type: "resume"; secret: number; received: number }
  | { type: "message"; message: number }
  | { type: "ack"; received: number };

type Down =
  | { type: "hello"; secret: number; received?: number }
  | { type: "message"; message: number }
  | { type: "ack"; received: number };

/** The server's end of a client. */
interface Connection {
  readonly id: number;
  isLive: boolean;
  /** `null` while it is suspended. */
  socket: number | null;
  received: number;
  sent: number;
  kept: Numbered[];
  secret: number;
  previous: number | null;
  /** The client has shown that it has the secret. */
  isConfirmed: boolean;
  heard: number[];
}

interface Socket {
  readonly client: number;
  /** `null` until its first frame has been heard. */
  connection: number | null;
  up: Up[];
  down: Down[];
  isBroken: boolean;
  isOpenAtServer: boolean;
}

interface Client {
  socket: number | null;
  phase: "off" | "resuming" | "open";
  secret: number | null;
  received: number;
  sent: number;
  kept: Numbered[];
  /** What waits for a connection. */
  queue: number[];
  left: number;
  wrote: number;
  /** What it got, and where it was told that something may be missing. */
  got: (number | "gap")[];
  /** What it had sent when it was told that. */
  lost: number;
}

/** All of it at one moment. */
export interface Machine {
  connections: Connection[];
  sockets: Socket[];
  clients: Client[];
  broadcast: number;
  secrets: number;
  breaks: number;
  acks: number;
  expiries: number;
  replays: number;
  /** What client 0 has said last to come back. */
  overheard: Up & { type: "resume" } | null;
  problem: string | null;
}

/** Before anything has happened. */
export function begin(world: World): Machine {
  return {
    connections: [],
    sockets: [],
    clients: world.clients.map((left) => ({
      socket: null,
      phase: "off",
      secret: null,
      received: 0,
      sent: 0,
      kept: [],
      queue: [],
      left,
      wrote: 0,
      got: [],
      lost: 0,
    })),
    broadcast: 0,
    secrets: 0,
    breaks: world.breaks,
    acks: world.acks ?? 0,
    expiries: world.expiries ?? 0,
    replays: world.replays ?? 0,
    overheard: null,
    problem: null,
  };
}

/** Something that can happen. */
export type Step = [name: string, act: (machine: Machine) => void];

/** What can happen next. */
export function actions(world: World, now: Machine): Step[] {
  const steps: Step[] = [];
  const { bug } = world;
  if (now.broadcast < world.broadcasts) {
    steps.push(["the server broadcasts", (m) => broadcast(m, bug)]);
  }
  now.clients.forEach((client, at) => {
    const { socket, phase } = client;
    if (client.left > 0) {
      steps.push([`${at} sends`, (m) => write(m, at)]);
    }
    if (phase === "off") steps.push([`${at} dials`, (m) => dial(m, at, bug)]);
    if (socket === null) return;
    const { isBroken } = now.sockets[socket];
    if (isBroken) steps.push([`${at} notices`, (m) => leave(m, at)]);
    else if (now.breaks > 0) {
      steps.push([`the network of ${at} breaks`, (m) => {
        m.breaks--;
        Object.assign(m.sockets[socket], { isBroken: true, up: [], down: [] });
      }], [`${at} gives its socket up`, (m) => {
        m.breaks--;
        leave(m, at);
      }]);
    }
    if (phase === "open" && now.acks > 0 && client.received > 0) {
      steps.push([`${at} acknowledges`, (m) => {
        m.acks--;
        send(m, at, { type: "ack", received: counted(m, at, bug) });
      }]);
    }
  });
  now.sockets.forEach((socket, at) => {
    if (socket.up.length > 0 && socket.isOpenAtServer && !socket.isBroken) {
      steps.push([`the server hears ${at}`, (m) => hear(m, at, bug)]);
    }
    const client: Client | undefined = now.clients[socket.client];
    if (socket.down.length > 0 && client?.socket === at) {
      steps.push([`${socket.client} hears`, (m) => receive(m, at)]);
    }
    const isGone = socket.isBroken || client?.socket !== at;
    if (socket.isOpenAtServer && isGone && socket.connection !== null) {
      steps.push([`the server misses ${at}`, (m) => miss(m, at)]);
    }
  });
  now.connections.forEach(({ isLive, socket, received }, at) => {
    if (!isLive) return;
    if (socket === null && now.expiries > 0) {
      steps.push([`connection ${at} expires`, (m) => {
        m.expiries--;
        m.connections[at].isLive = false;
      }]);
    }
    if (socket !== null && now.acks > 0 && received > 0) {
      steps.push([`the server acknowledges ${at}`, (m) => {
        m.acks--;
        tell(m, at, { type: "ack", received });
      }]);
    }
  });
  const isUsed = now.connections.some(({ id, isLive, secret, isConfirmed }) =>
    id === 0 && isLive && isConfirmed && secret !== now.overheard?.secret
  );
  if (now.replays > 0 && now.overheard !== null && isUsed) {
    steps.push(["somebody says it again", replay]);
  }
  return steps;
}

/** What is wrong, if something is. */
export function judge(machine: Machine): string | undefined {
  if (machine.problem !== null) return machine.problem;
  for (const [at, client] of machine.clients.entries()) {
    const wrong = outOfOrder(client.got);
    if (wrong) return `client ${at} got ${client.got}: ${wrong}`;
    const own = machine.connections.filter(({ id, heard }) =>
      id === at && heard.length > 0
    );
    // Those without a session may be heard in any order.
    own.sort((a, b) => a.heard[0] - b.heard[0]);
    const all = own.flatMap(({ heard }) => heard);
    for (const [place, message] of all.entries()) {
      const last = all[place - 1] ?? -1;
      if (message <= last) return `${message} of client ${at} came again`;
      // What it was told that it may have lost is at most what it had sent.
      if (message > last + 1 && last + 1 >= client.lost) {
        return `${last + 1} of client ${at} is missing`;
      }
    }
  }
  return atRest(machine);
}

function outOfOrder(got: readonly (number | "gap")[]): string | undefined {
  for (let at = 1; at < got.length; at++) {
    const [last, next] = [got[at - 1], got[at]];
    if (last === "gap" || next === "gap") continue;
    if (next !== last + 1) return `${next} after ${last}`;
  }
}

/** Where nothing is on its way, both sides have everything. */
function atRest({ clients, sockets, connections, broadcast }: Machine) {
  for (const [at, client] of clients.entries()) {
    if (client.phase !== "open") continue;
    const socket = sockets[client.socket!];
    const isQuiet = !socket.isBroken && socket.isOpenAtServer &&
      socket.up.length === 0 && socket.down.length === 0 &&
      socket.connection !== null;
    if (!isQuiet) continue;
    const connection = connections[socket.connection!];
    const last = connection.heard.at(-1) ?? client.lost - 1;
    if (last !== client.wrote - 1 && client.wrote > client.lost) {
      return `client ${at} sent ${client.wrote}, and ${last} came last`;
    }
    const newest = client.got.at(-1);
    if (typeof newest === "number" && newest !== broadcast - 1) {
      return `client ${at} has ${newest} of ${broadcast}`;
    }
  }
}

function write(m: Machine, at: number): void {
  const client = m.clients[at];
  client.left--;
  const message = client.wrote++;
  if (client.phase === "open") send(m, at, { type: "message", message });
  else client.queue.push(message);
}

/** All that is sent on an open connection counts, and messages are kept. */
function send(m: Machine, at: number, frame: Up): void {
  const client = m.clients[at];
  client.sent++;
  if (frame.type === "message") {
    client.kept.push([client.sent, frame.message]);
  }
  const socket = m.sockets[client.socket!];
  if (!socket.isBroken) socket.up.push(frame);
}

function tell(m: Machine, at: number, frame: Down): void {
  const connection = m.connections[at];
  connection.sent++;
  if (frame.type === "message") {
    connection.kept.push([connection.sent, frame.message]);
  }
  const socket = m.sockets[connection.socket!];
  if (!socket.isBroken) socket.down.push(frame);
}

function broadcast(m: Machine, bug: Bug | undefined): void {
  const message = m.broadcast++;
  m.connections.forEach((connection, at) => {
    if (!connection.isLive) return;
    if (connection.socket !== null) {
      return tell(m, at, { type: "message", message });
    }
    connection.kept.push([connection.sent + 1, message]);
    if (bug === "counted twice") connection.sent++;
  });
}

function dial(m: Machine, at: number, bug: Bug | undefined): void {
  const client = m.clients[at];
  client.socket = m.sockets.length;
  const { secret } = client;
  const proof = secret === null
    ? undefined
    : { type: "resume" as const, secret, received: counted(m, at, bug) };
  if (at === 0 && proof && m.replays > 0) m.overheard = proof;
  m.sockets.push({
    client: at,
    connection: null,
    up: [proof ?? { type: "open" }],
    down: [],
    isBroken: false,
    isOpenAtServer: true,
  });
  client.phase = "resuming";
  if (secret === null) return starts(m, at);
  if (bug !== "replay before resume") return;
  for (const [, message] of client.kept) {
    m.sockets[client.socket].up.push({ type: "message", message });
  }
}

/** What the client says that it has received. */
function counted(m: Machine, at: number, bug: Bug | undefined): number {
  const { received } = m.clients[at];
  // As if what is on its way had come.
  return bug === "acknowledged too early" ? received + 1 : received;
}

/** A connection that goes on with nothing. */
function starts(m: Machine, at: number): void {
  const client = m.clients[at];
  client.phase = "open";
  Object.assign(client, { received: 0, sent: 0, kept: [], secret: null });
  flush(m, at);
}

function flush(m: Machine, at: number): void {
  for (const message of m.clients[at].queue.splice(0)) {
    send(m, at, { type: "message", message });
  }
}

/** The client has no socket any more. */
function leave(m: Machine, at: number): void {
  const client = m.clients[at];
  // Nobody knows what became of it without a session.
  if (client.secret === null) gap(client);
  client.socket = null;
  client.phase = "off";
}

function gap(client: Client): void {
  client.got.push("gap");
  client.lost = client.wrote - client.queue.length;
  client.secret = null;
}

/** The server notices that a socket is gone. */
function miss(m: Machine, at: number): void {
  const socket = m.sockets[at];
  socket.isOpenAtServer = false;
  socket.up = [];
  const connection = m.connections[socket.connection!];
  if (connection.socket === at) connection.socket = null;
}

function hear(m: Machine, at: number, bug: Bug | undefined): void {
  const socket = m.sockets[at];
  const frame = socket.up.shift()!;
  if (socket.connection === null) {
    if (frame.type === "resume") comeBack(m, at, frame, bug);
    else connect(m, at);
    return;
  }
  const connection = m.connections[socket.connection];
  if (connection.socket !== at && bug !== "a ghost is heard") return;
  connection.received++;
  connection.isConfirmed = true;
  if (bug !== "the used secret stays good") connection.previous = null;
  if (frame.type === "message") connection.heard.push(frame.message);
  if (frame.type === "ack") forget(connection, frame.received);
}

function forget(of: { kept: Numbered[] }, received: number): void {
  of.kept = of.kept.filter(([number]) => number > received);
}

function connect(m: Machine, at: number): void {
  const { client } = m.sockets[at];
  m.sockets[at].connection = m.connections.length;
  m.connections.push({
    id: client,
    isLive: true,
    socket: at,
    received: 0,
    sent: 0,
    kept: [],
    secret: ++m.secrets,
    previous: null,
    isConfirmed: false,
    heard: [],
  });
  const { secret } = m.connections.at(-1)!;
  tell(m, m.connections.length - 1, { type: "hello", secret });
}

function comeBack(
  m: Machine,
  at: number,
  { secret, received }: Up & { type: "resume" },
  bug: Bug | undefined,
): void {
  const found = m.connections.findIndex((connection) =>
    (connection.isLive || bug === "an expired session goes on") &&
    (connection.secret === secret || connection.previous === secret)
  );
  const connection = m.connections[found];
  const isGhost = connection !== undefined && connection.socket !== null;
  if (connection === undefined || (isGhost && bug === "ghost keeps the id")) {
    if (connection !== undefined) m.problem = "it has another id";
    return connect(m, at);
  }
  if (!connection.isLive) m.problem = "onClose was called before";
  if (connection.id !== m.sockets[at].client) {
    m.problem = "somebody else has the connection";
  }
  m.sockets[at].connection = found;
  if (connection.socket !== null) {
    m.sockets[connection.socket].isOpenAtServer = bug === "a ghost is heard";
  }
  connection.socket = at;
  connection.previous = secret;
  connection.isConfirmed = false;
  connection.secret = ++m.secrets;
  forget(connection, received);
  const missing = connection.kept;
  connection.kept = [];
  if (bug !== "counted twice") connection.sent = received;
  tell(m, found, {
    type: "hello",
    secret: connection.secret,
    received: connection.received,
  });
  if (bug === "new before missing") missing.reverse();
  for (const [, message] of missing) {
    tell(m, found, { type: "message", message });
  }
  // As if it had come.
  if (bug === "dropped at the first answer") connection.kept = [];
}

function receive(m: Machine, at: number): void {
  const socket = m.sockets[at];
  const client = m.clients[socket.client];
  const frame = socket.down.shift()!;
  if (frame.type === "hello") {
    if (client.phase === "resuming") {
      if (frame.received === undefined) {
        gap(client);
        starts(m, socket.client);
      } else {
        client.phase = "open";
        forget(client, frame.received);
        const missing = client.kept.splice(0);
        client.sent = frame.received;
        for (const [, message] of missing) {
          send(m, socket.client, { type: "message", message });
        }
        flush(m, socket.client);
      }
    }
    client.secret = frame.secret;
  }
  client.received++;
  if (frame.type === "message") client.got.push(frame.message);
  if (frame.type === "ack") forget(client, frame.received);
}

/** Somebody who has listened says the same on a socket of his own. */
function replay(m: Machine): void {
  m.replays--;
  m.sockets.push({
    client: STRANGER,
    connection: null,
    up: [m.overheard!],
    down: [],
    isBroken: false,
    isOpenAtServer: true,
  });
}
