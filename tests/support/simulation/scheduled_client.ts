import { stateWriteFrame } from "../../../src/protocol/client_frames.ts";
import type { ServerFrame } from "../../../src/protocol/server_frames.ts";
import type { SocketEvents } from "../../../src/ports/socket.ts";
import {
  type MirrorSocket,
  StateMirror,
} from "../../../src/client/state_mirror.ts";
import { type Doc, docOf, shortened, withWord } from "./document.ts";
import { MemorySocket } from "./memory_socket.ts";

/** The client of the base protocol, one made from PROTOCOL.md, the library's own, and that one before it knew patches. */
export type Kind = "base" | "reference" | "mirror" | "old mirror";

/** A client of a world in which nothing happens by itself. */
export abstract class ScheduledClient {
  events: SocketEvents | undefined;
  socket = new MemorySocket();
  /** What it has sent, and nobody has heard. */
  up: string[] = [];
  /** The revisions it was told on this connection, in order. */
  revs: number[] = [];
  /** The last revision that it knows to be stored. */
  seen = 0;
  /** How many patches it was sent, on all connections. */
  patches = 0;
  /** How often the server knew what it has, and did not send it again. */
  resumptions = 0;
  /** How often a state took the place of others that had waited. */
  skips = 0;
  losses = 0;
  /** Why it wants another connection. */
  dropped: string | undefined;
  #taken = 0;
  #isGreeted = false;

  /** What it says of itself in its URL. */
  abstract get query(): string;
  abstract get shown(): unknown;
  abstract write(value: Doc): void;
  /** Changes what it shows by a function, where it can. */
  abstract change(change: (doc: Doc) => Doc): void;
  /** Sends what it has written and kept until the end of the turn. */
  flush(): void {}
  protected abstract follow(frame: ServerFrame, text: string): void;
  protected abstract begin(): void;
  protected abstract end(): void;

  get hasNews(): boolean {
    return this.#taken < this.socket.sent.length;
  }

  opened(events: SocketEvents): void {
    this.events = events;
    this.socket = new MemorySocket();
    this.revs = [];
    this.dropped = undefined;
    this.#taken = 0;
    this.#isGreeted = false;
    this.begin();
    events.open(this.socket);
  }

  lost(): void {
    this.events?.closed(1006, "", false);
    this.events = undefined;
    this.up = [];
    this.dropped = undefined;
    this.end();
  }

  append(tag: string): void {
    this.change((doc) => withWord(doc, `+${tag}`, tag.length % 3));
  }

  shorten(): void {
    this.change(shortened);
  }

  /** Its buffers are full until it has read all that it was sent. */
  stall(): void {
    this.socket.bufferedAmount = 10_000;
  }

  /** A patch that comes next, after the greeting, gets lost. */
  miss(): void {
    const next = this.socket.sent[this.#taken] as string | undefined;
    const isPatch = next?.startsWith('{"type":"roam_state_patch"');
    if (!isPatch || !this.#isGreeted) return;
    this.#taken++;
    this.losses++;
  }

  /** Reads at most so many frames. */
  read(most = Infinity): void {
    for (let count = 0; count < most && this.hasNews; count++) this.#take();
    // Also of one that had nothing to read: only what was sent fills a buffer.
    if (!this.hasNews) this.socket.bufferedAmount = 0;
  }

  #take(): void {
    const text = this.socket.sent[this.#taken++] as string;
    const frame: ServerFrame = JSON.parse(text);
    const rev = frame.rev as number | undefined;
    if (frame.type === "cf_agent_mcp_servers") this.#isGreeted = true;
    if (frame.type === "roam_state_patch") this.patches++;
    if (frame.type === "cf_agent_identity" && !frame.stateFollows) {
      this.resumptions++;
    }
    if (frame.type === "cf_agent_state" && rev! > this.revs.at(-1)! + 1) {
      this.skips++;
    }
    if (rev !== undefined) this.seen = rev;
    if (rev !== undefined && /^(?!roam_hello|.*error)/.test(frame.type)) {
      this.revs.push(rev);
    }
    this.follow(frame, text);
  }
}

/** Shows what it wrote or was sent last. */
class Base extends ScheduledClient {
  readonly query: string = "";
  shown: unknown = undefined;

  write(value: Doc): void {
    this.shown = value;
    // Of one that is not connected, the queue is what it sends at open.
    this.up.push(stateWriteFrame(JSON.stringify(value)));
  }

  change(change: (doc: Doc) => Doc): void {
    this.write(change(this.shown as Doc ?? docOf("none")));
  }

  follow({ type, state }: ServerFrame): void {
    if (type === "cf_agent_state") this.shown = state;
  }

  begin(): void {}
  end(): void {}
}

/** Does what PROTOCOL.md says, and no more. */
class Reference extends ScheduledClient {
  #base: { value: unknown; epoch: unknown } = { value: undefined, epoch: "" };
  readonly query: string = "?_roam=1";
  #pending: { id: string; value: Doc }[] = [];
  #informed = false;
  #count = 0;

  get shown(): unknown {
    return this.#pending.at(-1)?.value ?? this.#base.value;
  }

  write(value: Doc): void {
    const write = { id: String(this.#count++), value };
    this.#pending.push(write);
    if (this.#informed) this.#send(write);
  }

  change(change: (doc: Doc) => Doc): void {
    this.write(change(this.shown as Doc ?? docOf("none")));
  }

  follow({ type, epoch, id, state }: ServerFrame): void {
    const isOf = (write: { id: string }) => write.id === id;
    if (type === "roam_hello") {
      if (epoch !== this.#base.epoch) this.#base = { value: undefined, epoch };
    } else if (type === "cf_agent_state") {
      this.#base = { value: state, epoch };
    } else if (type === "roam_state_ack") {
      this.#base.value = this.#pending.find(isOf)!.value;
    } else if (type === "cf_agent_state_error") {
      this.#base = { value: state, epoch };
    } else if (type === "cf_agent_mcp_servers") {
      this.#informed = true;
      // What became of the others is unknown; the last one is what it shows.
      this.#pending = this.#pending.slice(-1);
      for (const write of this.#pending) this.#send(write);
    }
    if (id !== undefined) {
      this.#pending = this.#pending.filter((write) => !isOf(write));
    }
  }

  begin(): void {
    this.#informed = false;
    this.up = [];
  }

  end(): void {
    this.#informed = false;
  }

  #send({ id, value }: { id: string; value: Doc }): void {
    this.up.push(stateWriteFrame(JSON.stringify(value), { id }));
  }
}

/** The state of an `AgentClient`. */
class Mirror extends ScheduledClient {
  #connection: MirrorSocket = {
    phase: "open",
    write: (frame) => this.up.push(frame as string),
    drop: (why) => this.dropped = why,
  };
  #mirror = new StateMirror(this.#connection, {
    // The one or the other, as values of a schedule are.
    onConflict: (theirs: Doc, mine: Doc) =>
      String(mine.words).length % 2 === 0
        ? withWord(theirs, String(mine.words))
        : undefined,
  }, () => {});

  get query(): string {
    const known = encodeURIComponent(this.#mirror.version);
    return `?_roam=1&_patch=${known}`;
  }

  get shown(): unknown {
    return this.#mirror.view;
  }

  write(value: Doc): void {
    this.#mirror.set(value);
  }

  change(change: (doc: Doc) => Doc): void {
    this.#mirror.set(change);
  }

  override flush(): void {
    this.#mirror.flush();
  }

  follow(frame: ServerFrame, text: string): void {
    if (this.dropped) return;
    const mirror = this.#mirror;
    switch (frame.type) {
      case "roam_hello":
        return mirror.opened(frame);
      case "cf_agent_state":
        return mirror.received(frame, text);
      case "roam_state_patch":
        return mirror.patched(frame, text);
      case "cf_agent_state_error":
        return mirror.refused(frame);
      case "roam_state_ack":
        return mirror.accepted(frame);
      case "cf_agent_mcp_servers":
        return mirror.settle();
    }
  }

  begin(): void {}

  end(): void {
    this.#mirror.lost(false);
  }
}

/** The same, to a server that knows nothing of patches by it. */
class OldMirror extends Mirror {
  override get query(): string {
    return "?_roam=1";
  }
}

/** A client of this kind. */
export function scheduledClient(kind: Kind): ScheduledClient {
  return new {
    base: Base,
    reference: Reference,
    mirror: Mirror,
    "old mirror": OldMirror,
  }[kind]();
}
