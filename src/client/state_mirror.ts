import { stateWriteFrame } from "../protocol/client_frames.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { resolveConflict, same } from "./conflict.ts";
import { AgentClientError } from "./errors.ts";
import { jsonOf, type Write, type Writer } from "./write.ts";

/** What a {@linkcode StateMirror} tells the application. */
export interface MirrorOptions {
  // deno-lint-ignore no-explicit-any -- the application knows its state
  onStateUpdate?: (state: any, source: "server" | "client") => void;
  onStateUpdateError?: (error: string) => void;
  // deno-lint-ignore no-explicit-any -- the application knows its state
  onConflict?: (theirs: any, mine: any) => unknown;
}

/**
 * The client's copy of the state: what the server has said last, and on top
 * of it the client's own writes that have no answer yet.
 *
 * Between the beginning of a connection and the server's state nothing is
 * sent; then writes that were made for another revision are in conflict.
 */
export class StateMirror {
  /** The state as the application sees it. */
  view: unknown;
  #send: (frame: string) => void;
  #options: MirrorOptions;
  #changed: () => void;
  #writes: Write[] = [];
  /** What the server said last; a base server's state has no revision. */
  #state: unknown;
  #epoch: string | undefined;
  #rev: number | undefined;
  #isKnown = false;
  /** The state is here that the present connection begins with. */
  #isLive = false;
  #isRoam = false;
  /** The revision that the greeting told. */
  #greeting: Record<string, unknown> = {};

  /** `changed` is called when the view is another one, or the number of writes. */
  constructor(
    send: (frame: string) => void,
    options: MirrorOptions,
    changed: () => void,
  ) {
    this.#send = send;
    this.#options = options;
    this.#changed = changed;
  }

  /** Writes without an answer. */
  get pending(): number {
    return this.#writes.length;
  }

  /** The client writes `next`, or what a function makes of the state. */
  set(next: unknown | Writer): Promise<void> {
    const isStrict = typeof next === "function";
    // Before anything else: what is no JSON throws.
    const json = isStrict ? undefined : jsonOf(next);
    const done = new Promise<void>((resolve, reject) => {
      const id = crypto.randomUUID();
      this.#writes.push(
        {
          id,
          next,
          isStrict,
          value: next,
          json,
          isSent: false,
          resolve,
          reject,
        },
      );
    });
    // Who does not ask does not want to know.
    done.catch(() => {});
    this.#show("client");
    this.#pump();
    return done;
  }

  /** The server knows the extensions, and says at which revision the state is. */
  greet({ epoch, rev }: ServerFrame): void {
    this.#isRoam = true;
    this.#greeting = { epoch, rev };
    const isSame = epoch === this.#epoch && rev === this.#rev;
    if (this.#isKnown && isSame) this.#live(false);
  }

  /** If the server had a state it would have sent it by now. */
  settle(): void {
    if (!this.#isLive) this.#meet(this.#greeting);
  }

  /** The server's state. */
  receive(frame: ServerFrame): void {
    if (!this.#isLive) return this.#meet(frame);
    this.#take(frame);
    this.#show("server");
  }

  /** A write was accepted. */
  accepted({ id, rev }: ServerFrame): void {
    const write = this.#remove(id);
    if (write === undefined) return;
    if ((rev as number) > (this.#rev ?? -1)) {
      this.#state = write.value;
      this.#rev = rev as number;
    }
    write.resolve();
    this.#pump();
    this.#show("ack");
  }

  /** A write was refused; the frame has the true state, if the server knows the extensions. */
  refused(frame: ServerFrame): void {
    const { error, code = "REJECTED", id } = frame;
    const write = this.#writes.find((write) => write.id === id);
    if ("epoch" in frame) this.#take(frame);
    if (write?.isStrict && code === "CONFLICT") {
      write.isSent = false;
      this.#show("server");
      return this.#pump();
    }
    this.#remove(id);
    write?.reject(new AgentClientError(code as string, error as string));
    if (write !== undefined) this.#show("server");
    this.#options.onStateUpdateError?.(error as string);
    this.#pump();
  }

  /** The connection is gone. */
  lost(): void {
    this.#isLive = this.#isRoam = false;
    this.#greeting = {};
  }

  /** No connection will come any more, or one to another agent. */
  drop(why: (isSent: boolean) => AgentClientError): void {
    if (this.#writes.length === 0) return;
    for (const write of this.#writes.splice(0)) write.reject(why(write.isSent));
    this.#show("server");
  }

  /** What is known is about another agent. */
  forget(): void {
    this.drop(() => new AgentClientError("CONFLICT", "Another agent answers"));
    this.#take({});
    this.#isKnown = false;
    this.#show("ack");
  }

  #take({ state, epoch, rev }: Record<string, unknown>): void {
    this.#state = state;
    this.#epoch = epoch as string | undefined;
    this.#rev = rev as number | undefined;
  }

  /** The first word about the state on this connection. */
  #meet(frame: Record<string, unknown>): void {
    const isMoved = this.#isKnown &&
      (this.#isRoam
        ? frame.epoch !== this.#epoch || frame.rev !== this.#rev
        : !same(frame.state, this.#state));
    const isNew = frame.state !== undefined || this.#state !== undefined;
    this.#take(frame);
    this.#isKnown = true;
    this.#live(isMoved);
    if (isNew) this.#show("server");
  }

  #live(isMoved: boolean): void {
    this.#isLive = true;
    if (isMoved) {
      this.#writes = resolveConflict(
        this.#writes,
        this.#state,
        this.#options.onConflict,
      );
    }
    for (const write of this.#writes) write.isSent = false;
    this.#compute();
    this.#pump();
    this.#changed();
  }

  #remove(id: unknown): Write | undefined {
    const at = this.#writes.findIndex((write) => write.id === id);
    return at < 0 ? undefined : this.#writes.splice(at, 1)[0];
  }

  /** Sends what may be sent. A strict write travels alone: its revision has to be known. */
  #pump(): void {
    if (!this.#isLive) return;
    for (const write of [...this.#writes]) {
      if (write.isSent && write.isStrict) return;
      if (write.isSent) continue;
      if (write.isStrict && write !== this.#writes[0]) return;
      this.#write(write);
    }
  }

  #write(write: Write): void {
    const json = write.json ?? jsonOf(write.value);
    write.isSent = true;
    if (!this.#isRoam) {
      this.#send(stateWriteFrame(json));
      this.#state = write.value;
      this.#remove(write.id);
      return write.resolve();
    }
    this.#send(stateWriteFrame(json, {
      id: write.id,
      epoch: this.#epoch,
      rev: this.#rev,
      strict: write.isStrict || undefined,
    }));
  }

  /** The state, with the writes on top of it. */
  #compute(): void {
    let value = this.#state;
    this.#writes = this.#writes.filter((write) => {
      if (!write.isStrict) value = write.next;
      else if (this.#isKnown) {
        try {
          value = (write.next as Writer)(value);
          jsonOf(value);
        } catch (error) {
          write.reject(error);
          return false;
        }
      }
      write.value = value;
      return true;
    });
    this.view = value;
  }

  #show(source: "server" | "client" | "ack"): void {
    const before = this.view;
    this.#compute();
    const isOwn = source === "client";
    const isHidden = source === "ack" || this.#writes.length > 0;
    if (isOwn || !isHidden || !same(before, this.view)) {
      this.#options.onStateUpdate?.(this.view, isOwn ? "client" : "server");
    }
    this.#changed();
  }
}
