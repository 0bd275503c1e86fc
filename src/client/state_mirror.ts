import { patchWriteFrame, stateWriteFrame } from "../protocol/client_frames.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { resolveConflict } from "./conflict.ts";
import { assertFits, frozen } from "../protocol/json.ts";
import { StateError } from "../protocol/state_error.ts";
import { TOO_BIG } from "./close_info.ts";
import { AgentClientError, lostError } from "./errors.ts";
import { same } from "./json.ts";
import { ServerState, type StateWord } from "./server_state.ts";
import type { ReconnectingSocket } from "./reconnecting_socket.ts";
import { jsonOf, revalue, type Write, type Writer } from "./write.ts";
import { writeOperations } from "./write_operations.ts";

/** What a {@linkcode StateMirror} tells the application. */
export interface MirrorOptions {
  // deno-lint-ignore no-explicit-any -- the application knows its state
  onStateUpdate?: (state: any, source: "server" | "client") => void;
  onStateUpdateError?: (error: string) => void;
  // deno-lint-ignore no-explicit-any -- the application knows its state
  onConflict?: (theirs: any, mine: any) => unknown;
  throttle?: number | undefined;
}

/** How a {@linkcode StateMirror} reaches the server. */
export type MirrorSocket = Pick<ReconnectingSocket, "phase" | "write" | "drop">;

/**
 * The client's copy of the state: what the server has said last, and on top
 * of it the client's own writes that have no answer yet.
 *
 * What is written in one turn leaves at its end, as one frame. Between the
 * beginning of a connection and the server's word about its state nothing is
 * sent; then writes that were made for another revision are in conflict.
 */
export class StateMirror {
  /** The state as the application sees it. */
  view: unknown;
  #connection: MirrorSocket;
  #options: MirrorOptions;
  #changed: () => void;
  #writes: Write[] = [];
  #count = 0;
  /** What the application was told last. */
  #shown: unknown;
  #server = new ServerState();
  /** What a base server said last, and the writes it was sent since. */
  #told: StateWord = {};
  #unheard = 0;
  /** While it runs nothing is sent. */
  #throttle: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called when the view is another one, or the number of writes. */
  constructor(
    connection: MirrorSocket,
    options: MirrorOptions,
    changed: () => void,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#changed = changed;
  }

  /** Writes without an answer. */
  get pending(): number {
    return this.#writes.length;
  }

  /** See {@linkcode ServerState.version}. */
  get version(): string {
    return this.#server.version;
  }

  /** The client writes `next`, or what a function makes of the state. */
  set(next: unknown): Promise<void> {
    const apply = typeof next === "function" ? next as Writer : undefined;
    const write = { apply, id: "" } as Write;
    // Before anything else: what is no JSON throws.
    if (!apply) revalue(write, next, this.view);
    const isOver = this.#connection.phase === "closed";
    const done = new Promise<void>((resolve, reject) => {
      if (isOver) throw lostError(false);
      this.#writes.push(Object.assign(write, { resolve, reject }));
    });
    // Who does not ask does not want to know.
    done.catch(() => {});
    if (!isOver) this.#update("client");
    return done;
  }

  /** Sends what was written, before something else is sent; before the end also what is throttled. */
  flush(isEnd?: boolean): void {
    if (isEnd) this.#throttle = clearTimeout(this.#throttle) as undefined;
    this.#pump();
  }

  /** See {@linkcode ServerState.opened}. */
  opened(hello: ServerFrame): void {
    this.#server.opened(hello);
  }

  /** The greeting of the server is over: without a state in it there is none. */
  settle(): void {
    const word = this.#server.greeted();
    if (word) this.received(word);
  }

  /** The server's state; `text` is the frame. */
  received(word: StateWord, text?: string): void {
    const { isAwaited } = this.#server;
    if (this.#server.take(word, text)) {
      const { onConflict } = this.#options;
      this.#writes = resolveConflict(this.#writes, word.state, onConflict);
    }
    if (isAwaited) { for (const write of this.#writes) write.id = ""; }
    this.#told = word;
    this.#unheard = 0;
    this.#update("server");
  }

  /** What the state has become since the revision before. */
  patched(frame: ServerFrame, text: string): void {
    if (!this.#server.patch(frame, text)) {
      this.#connection.drop("no patch");
    } else if (!this.#server.isAwaited) this.#update("server");
  }

  /** A write was accepted. */
  accepted({ id, rev }: StateWord): void {
    const last = this.#writes.findLast((write) => write.id === id);
    if (last) this.#server.accept(last, rev);
    this.#settle(id, ({ resolve }) => resolve());
  }

  /** A write was refused; the frame has the true state, if the server knows the extensions. */
  refused(frame: ServerFrame): void {
    const { error, code = "REJECTED", id } = frame;
    const isRetried = code === "CONFLICT";
    if (frame.epoch) {
      // A server that sends patches leaves out what has been sent, or will be.
      if (!this.#server.tag || "state" in frame) {
        frozen(frame.state);
        this.#server.set(frame);
      }
    } else if (this.#unheard === 1) {
      // A base server does not say which write it refused: known where there was one only.
      this.received(this.#told);
    }
    this.#settle(id, (write) => {
      if (isRetried) write.id = "";
      else write.reject(new AgentClientError(code as string, error as string));
      return isRetried;
    });
    if (!isRetried) this.#options.onStateUpdateError?.(error as string);
  }

  /** The connection is gone; where it was the last one, with all writes. One that it was closed for would be again. */
  lost(isFinal: boolean, code?: number): void {
    this.#server.lost();
    this.flush(true);
    if (isFinal) this.#drop();
    else if (code === TOO_BIG) {
      this.#writes = this.#writes.filter(({ id, reject }) => {
        if (id) {
          reject(
            new AgentClientError(
              "TOO_LARGE",
              "Connection closed: message too big",
              true,
            ),
          );
        }
        return !id;
      });
      this.#update();
    }
  }

  /** Another agent answers than the one that is known. */
  forget(): void {
    this.#server.known = undefined;
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
    const isNew = source === "client";
    // What was there before a new write it does not change.
    const refused = this.#compute(isNew ? this.#writes.length - 1 : 0);
    const { view } = this;
    const isHidden = !isNew && this.#writes.length > 0;
    // Another agent's state that is still on its way is not told.
    const isTold = (this.#server.known || view !== undefined) &&
      (source && !isHidden && view !== undefined || !same(this.#shown, view));
    if (isTold) this.#shown = view;
    if (isNew) queueMicrotask(() => this.#pump());
    else this.#pump();
    this.#changed();
    if (isTold) this.#options.onStateUpdate?.(view, source ?? "server");
    for (const { message } of refused) {
      this.#options.onStateUpdateError?.(message);
    }
  }

  /** The state, with the writes from `first` on on top of it. Returns why some of them are too large. */
  #compute(first: number): AgentClientError[] {
    const { known, tag, maxBytes } = this.#server;
    const refused: AgentClientError[] = [];
    let state = first ? this.view : known?.state;
    this.#writes = this.#writes.filter((write, index) => {
      if (index < first) return true;
      try {
        if (write.apply) {
          if (!known) return true;
          if (known.greeting === false) {
            const problem =
              "Cannot set state: the agent sends this client none";
            throw new AgentClientError("NO_STATE", problem);
          }
          revalue(write, write.apply(state), state);
        }
        if (!write.apply || !tag) assertFits(jsonOf(write), maxBytes);
        else this.#patch(write);
        state = write.value;
        return true;
      } catch (thrown) {
        const isLarge = thrown instanceof StateError &&
          thrown.code === "TOO_LARGE";
        if (isLarge) {
          refused.push(new AgentClientError("TOO_LARGE", thrown.message));
        }
        write.reject(isLarge ? refused.at(-1) : thrown);
        return false;
      }
    });
    this.view = state;
    return refused;
  }

  /** Makes the operations that make the write of the server's state, if they are short enough. */
  #patch(write: Write): void {
    const { known, bytes, maxBytes } = this.#server;
    write.ops = writeOperations(known!.state, write.value, bytes / 2);
    const size = bytes + (write.ops?.length ?? Infinity) * 3;
    if (size > maxBytes) assertFits(jsonOf(write), maxBytes);
  }

  /** Sends what may be sent, the last one for all: values at once, functions when those before them are answered, because their revision has to be known. */
  #pump(): void {
    if (this.#server.isAwaited || this.#throttle) return;
    const ready: Write[] = [];
    for (const write of this.#writes) {
      if (!write.apply !== !this.#writes[0].apply) break;
      if (!write.id) ready.push(write);
      else if (write.apply) return;
    }
    const last = ready.at(-1);
    if (!last) return;
    const { epoch, rev } = this.#server.known ?? {};
    const id = `${++this.#count}`;
    for (const write of ready) write.id = id;
    const strict = last.apply && true;
    const keys = epoch ? { id, epoch, rev, strict } : undefined;
    this.#connection.write(
      keys && last.ops
        ? patchWriteFrame(last.ops, { ...keys, strict: undefined })
        : stateWriteFrame(jsonOf(last), keys),
    );
    const { throttle } = this.#options;
    if (throttle) {
      this.#throttle = setTimeout(() => this.flush(true), throttle);
    }
    if (!epoch) {
      this.#unheard++;
      this.accepted({ id });
    }
  }
}
