import { stateWriteFrame } from "../../src/protocol/client_frames.ts";
import type { ServerFrame } from "../../src/protocol/server_frames.ts";
import type { SocketEvents } from "../../src/ports/socket.ts";
import { type MirrorWire, StateMirror } from "../../src/client/state_mirror.ts";
import { MemorySocket } from "./memory_socket.ts";

/** The client of the base protocol, one made from PROTOCOL.md, and the library's own. */
export type Kind = "base" | "reference" | "mirror";

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
  #taken = 0;

  abstract get shown(): unknown;
  abstract write(value: string): void;
  /** Changes what it shows by a function, where it can. */
  abstract append(tag: string): void;
  protected abstract follow(frame: ServerFrame): void;
  protected abstract begin(): void;
  protected abstract end(): void;

  get hasNews(): boolean {
    return this.#taken < this.socket.sent.length;
  }

  opened(events: SocketEvents): void {
    this.events = events;
    this.socket = new MemorySocket();
    this.revs = [];
    this.#taken = 0;
    this.begin();
    events.open(this.socket);
  }

  lost(): void {
    this.events?.closed(1006, "", false);
    this.events = undefined;
    this.up = [];
    this.end();
  }

  take(): void {
    const text = this.socket.sent[this.#taken++] as string;
    const frame: ServerFrame = JSON.parse(text);
    const rev = frame.rev as number | undefined;
    if (rev !== undefined) this.seen = rev;
    if (rev !== undefined && /^(?!roam_hello|.*error)/.test(frame.type)) {
      this.revs.push(rev);
    }
    this.follow(frame);
  }
}

/** Shows what it wrote or was sent last. */
class Base extends ScheduledClient {
  shown: unknown = undefined;

  write(value: string): void {
    this.shown = value;
    // Of one that is not connected, the queue is what it sends at open.
    this.up.push(stateWriteFrame(JSON.stringify(value)));
  }

  append(tag: string): void {
    this.write(tag);
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
  #pending: { id: string; value: string }[] = [];
  #informed = false;
  #count = 0;

  get shown(): unknown {
    return this.#pending.at(-1)?.value ?? this.#base.value;
  }

  write(value: string): void {
    const write = { id: String(this.#count++), value };
    this.#pending.push(write);
    if (this.#informed) this.#send(write);
  }

  append(tag: string): void {
    this.write(tag);
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

  #send({ id, value }: { id: string; value: string }): void {
    this.up.push(stateWriteFrame(JSON.stringify(value), { id }));
  }
}

/** The state of an `AgentClient`. */
class Mirror extends ScheduledClient {
  #wire: MirrorWire = {
    phase: "open",
    write: (frame) => this.up.push(frame as string),
  };
  #mirror = new StateMirror(this.#wire, {
    // The one or the other, as values of a schedule are.
    onConflict: (theirs, mine) =>
      String(mine).length % 2 === 0 ? `${theirs} & ${mine}` : undefined,
  }, () => {});

  get shown(): unknown {
    return this.#mirror.view;
  }

  write(value: string): void {
    this.#mirror.set(value);
  }

  append(tag: string): void {
    this.#mirror.set((state: unknown) => `${state}+${tag}`);
  }

  follow(frame: ServerFrame): void {
    const mirror = this.#mirror;
    switch (frame.type) {
      case "roam_hello":
        return mirror.opened(frame);
      case "cf_agent_state":
        return mirror.received(frame);
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

/** A client of this kind. */
export function scheduledClient(kind: Kind): ScheduledClient {
  return new { base: Base, reference: Reference, mirror: Mirror }[kind]();
}
