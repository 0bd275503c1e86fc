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

/** The server's word about its state; a base server's has no revision. */
type Base = Partial<ServerFrame>;

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
  /** What the server said last, if anything. */
  #base: Base | undefined;
  /** What a base server said last, and the writes it has been sent since. */
  #told: Base | undefined;
  #untold = 0;
  /** The state is here that the present connection begins with. */
  #isLive = false;
  /** Told by a server that knows the extensions. */
  #greeting: Base | undefined;

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
      const isSent = false;
      this.#writes.push(
        { id, next, isStrict, value: next, json, isSent, resolve, reject },
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
    this.#greeting = { epoch, rev };
    if (this.#isAt(this.#greeting)) this.#live();
  }

  /** If the server had a state it would have sent it by now. */
  settle(): void {
    if (!this.#isLive) this.#meet(this.#greeting ?? {});
  }

  /** The server's state. */
  receive(frame: ServerFrame): void {
    if (!this.#isLive) return this.#meet(frame);
    this.#hear(frame);
    this.#show("server");
  }

  /** A write was accepted. */
  accepted({ id, rev }: ServerFrame): void {
    const write = this.#remove(id);
    if (!write) return;
    const { epoch, rev: known = -1 } = this.#base ?? {};
    if (rev as number > (known as number)) {
      this.#base = { state: write.value, epoch, rev };
    }
    write.resolve();
    this.#pump();
    this.#show("ack");
  }

  /** A write was refused; the frame has the true state, if the server knows the extensions. */
  refused(frame: ServerFrame): void {
    const { error, code = "REJECTED", id } = frame;
    const write = this.#writes.find((write) => write.id === id);
    // A base server does not say which write it refused: known where there was one only.
    const isBack = this.#untold === 1;
    if ("epoch" in frame) this.#base = frame;
    else if (isBack) this.#hear(this.#told!);
    if (write?.isStrict && code === "CONFLICT") {
      write.isSent = false;
      this.#show("server");
    } else {
      this.#remove(id);
      write?.reject(new AgentClientError(code as string, error as string));
      if (write || isBack) this.#show("server");
      this.#options.onStateUpdateError?.(error as string);
    }
    this.#pump();
  }

  /** The connection is gone. */
  lost(): void {
    this.#isLive = false;
    this.#greeting = undefined;
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
    this.#base = undefined;
    this.#show("ack");
  }

  /** Whether the server was there when it was heard last. */
  #isAt({ state, epoch, rev }: Base): boolean | undefined {
    const base = this.#base;
    return base &&
      (this.#greeting
        ? epoch === base.epoch && rev === base.rev
        : same(state, base.state));
  }

  /** The first word about the state on this connection. */
  #meet(base: Base): void {
    const isMoved = this.#isAt(base) === false;
    const isNew = base.state !== undefined || this.#base?.state !== undefined;
    this.#hear(base);
    if (isMoved) {
      const { onConflict } = this.#options;
      this.#writes = resolveConflict(this.#writes, base.state, onConflict);
    }
    this.#live();
    if (isNew) this.#show("server");
  }

  #hear(base: Base): void {
    this.#base = this.#told = base;
    this.#untold = 0;
  }

  #live(): void {
    this.#isLive = true;
    for (const write of this.#writes) write.isSent = false;
    this.#compute();
    this.#pump();
    this.#changed();
  }

  #remove(id: unknown): Write | undefined {
    const write = this.#writes.find((write) => write.id === id);
    this.#writes = this.#writes.filter((other) => other !== write);
    return write;
  }

  /** Sends what may be sent. A strict write travels alone: its revision has to be known. */
  #pump(): void {
    if (!this.#isLive) return;
    for (const write of this.#writes) {
      const { isSent, isStrict } = write;
      if (isStrict && (isSent || write !== this.#writes[0])) return;
      if (!isSent) this.#write(write);
    }
  }

  #write(write: Write): void {
    const { id, value, json = jsonOf(value), isStrict } = write;
    const { epoch, rev } = this.#base ?? {};
    write.isSent = true;
    if (this.#greeting) {
      const strict = isStrict || undefined;
      this.#send(stateWriteFrame(json, { id, epoch, rev, strict }));
    } else {
      this.#send(stateWriteFrame(json));
      this.#base = { state: value };
      this.#untold++;
      this.#remove(id);
      write.resolve();
    }
  }

  /** The state, with the writes on top of it. */
  #compute(): void {
    let value = this.#base?.state;
    this.#writes = this.#writes.filter((write) => {
      if (!write.isStrict) value = write.next;
      else if (this.#base) {
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
