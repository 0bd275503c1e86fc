import { stateWriteFrame } from "../protocol/client_frames.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { resolveConflict } from "./conflict.ts";
import { AgentClientError, lostError } from "./errors.ts";
import { jsonOf, same } from "./json.ts";
import type { Wire } from "./wire.ts";
import { revalue, type Write, type Writer } from "./write.ts";

/** What a {@linkcode StateMirror} tells the application. */
export interface MirrorOptions {
  // deno-lint-ignore no-explicit-any -- the application knows its state
  onStateUpdate?: (state: any, source: "server" | "client") => void;
  onStateUpdateError?: (error: string) => void;
  // deno-lint-ignore no-explicit-any -- the application knows its state
  onConflict?: (theirs: any, mine: any) => unknown;
}

/** How a {@linkcode StateMirror} reaches the server. */
export type MirrorWire = Pick<Wire, "phase" | "write">;

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
  #wire: MirrorWire;
  #options: MirrorOptions;
  #changed: () => void;
  #writes: Write[] = [];
  #count = 0;
  /** What the server said last, if anything. */
  #base: Base | undefined;
  /** What a base server said last, and the writes it was sent since. */
  #told: Base = {};
  #unheard = 0;
  /** At the beginning of a connection: what the state is if the server says no more about it. */
  #assumed: Base | undefined = {};

  /** `changed` is called when the view is another one, or the number of writes. */
  constructor(
    wire: MirrorWire,
    options: MirrorOptions,
    changed: () => void,
  ) {
    this.#wire = wire;
    this.#options = options;
    this.#changed = changed;
  }

  /** Writes without an answer. */
  get pending(): number {
    return this.#writes.length;
  }

  /** The client writes `next`, or what a function makes of the state. */
  set(next: unknown): Promise<void> {
    const apply = typeof next === "function" ? next as Writer : undefined;
    // Before anything else: what is no JSON throws.
    const json = apply ? "" : jsonOf(next);
    const isOver = this.#wire.phase === "closed";
    const done = new Promise<void>((resolve, reject) => {
      if (isOver) throw lostError(false);
      this.#writes.push({ apply, value: next, json, id: "", resolve, reject });
    });
    // Who does not ask does not want to know.
    done.catch(() => {});
    if (!isOver) this.#update("client");
    return done;
  }

  /** The server knows the extensions, and says at which revision the state is. */
  opened(frame: ServerFrame): void {
    const base = this.#base;
    this.#assumed = base && isAt(frame, base) ? base : frame;
  }

  /** If the server had a state it would have sent it by now. */
  settle(): void {
    if (this.#assumed) this.received(this.#assumed);
  }

  /** The server's state. */
  received(frame: Base): void {
    if (this.#assumed) {
      this.#assumed = undefined;
      if (this.#base && !isAt(frame, this.#base)) {
        const { onConflict } = this.#options;
        this.#writes = resolveConflict(this.#writes, frame.state, onConflict);
      }
      for (const write of this.#writes) write.id = "";
    }
    this.#base = this.#told = frame;
    this.#unheard = 0;
    this.#update("server");
  }

  /** A write was accepted. */
  accepted({ id, rev }: Base): void {
    this.#settle(id, ({ value, resolve }) => {
      this.#base = { ...this.#base, state: value, rev };
      resolve();
    });
  }

  /** A write was refused; the frame has the true state, if the server knows the extensions. */
  refused(frame: ServerFrame): void {
    const { error, code = "REJECTED", id } = frame;
    const isRetried = code === "CONFLICT";
    if (frame.epoch) this.#base = frame;
    // A base server does not say which write it refused: known where there was one only.
    else if (this.#unheard === 1) this.received(this.#told);
    this.#settle(id, (write) => {
      if (isRetried) write.id = "";
      else write.reject(new AgentClientError(code as string, error as string));
      return isRetried;
    });
    if (!isRetried) this.#options.onStateUpdateError?.(error as string);
  }

  /** The connection is gone; where it was the last one, with all writes. */
  lost(isFinal: boolean): void {
    this.#assumed = {};
    if (isFinal) this.#drop();
  }

  /** Another agent answers than the one that is known. */
  forget(): void {
    this.#base = undefined;
    this.#drop();
  }

  #drop(): void {
    for (const { id, reject } of this.#writes.splice(0)) {
      reject(lostError(id !== ""));
    }
    this.#update();
  }

  /** The writes that were sent under `id` are answered; those stay of which `answer` says so. */
  #settle(id: unknown, answer: (write: Write) => boolean | void): void {
    this.#writes = this.#writes.filter((write) =>
      write.id !== id || answer(write)
    );
    this.#update();
  }

  /** Something is another: works the view out, sends what may be sent, and tells the application. */
  #update(source?: "server" | "client"): void {
    const before = this.view;
    this.#compute();
    this.#pump();
    this.#changed();
    const isHidden = source !== "client" && this.#writes.length > 0;
    if (
      source && !isHidden && this.view !== undefined || !same(before, this.view)
    ) this.#options.onStateUpdate?.(this.view, source ?? "server");
  }

  /** The state, with the writes on top of it. */
  #compute(): void {
    let state = this.#base?.state;
    this.#writes = this.#writes.filter((write) => {
      try {
        if (write.apply) {
          if (!this.#base) return true;
          revalue(write, write.apply(state));
        }
        state = write.value;
        return true;
      } catch (error) {
        write.reject(error);
        return false;
      }
    });
    this.view = state;
  }

  /** Sends what may be sent: values at once, the last one for all; a function alone, because its revision has to be known. */
  #pump(): void {
    if (this.#assumed) return;
    const at = this.#writes.findIndex(({ apply }) => apply);
    const end = at < 0 ? Infinity : at || 1;
    const ready = this.#writes.filter(({ id }, index) => !id && index < end);
    const last = ready.at(-1);
    if (!last) return;
    const { epoch, rev } = this.#base ?? {};
    const id = `${++this.#count}`;
    for (const write of ready) write.id = id;
    const strict = last.apply && true;
    const keys = epoch ? { id, epoch, rev, strict } : undefined;
    this.#wire.write(stateWriteFrame(last.json, keys));
    if (!epoch) {
      this.#unheard++;
      this.accepted({ id });
    }
  }
}

/** Whether a state is the one that was known: by its revision, or by what it is. */
function isAt(now: Base, known: Base): boolean {
  return now.epoch
    ? now.epoch === known.epoch && now.rev === known.rev
    : same(now.state, known.state);
}
