import type { ClientFrame } from "../protocol/frames.ts";
import type { Part, PartType } from "./part.ts";
import { isThenable } from "./thenable.ts";

/** The parts that an instance may have, and which of them want what. Made once for all instances. */
export class PartTable<Owner> {
  /** Which part gets a client's frame. */
  readonly byFrame: ReadonlyMap<string, PartType<Part, Owner>>;
  /** Those that take part in the start of an instance that they are for. */
  readonly starting: readonly PartType<Part, Owner>[];

  /** `types` in the order in which their parts are told what happens. Throws a `TypeError` when two want the same frame. */
  constructor(types: readonly PartType<Part, Owner>[]) {
    const byFrame = new Map<string, PartType<Part, Owner>>();
    for (const type of types) {
      for (const frame of type.frames ?? []) {
        if (byFrame.has(frame)) {
          throw new TypeError(`Cannot list parts: two want frames "${frame}"`);
        }
        byFrame.set(frame, type);
      }
    }
    this.byFrame = byFrame;
    this.starting = types.filter((type) =>
      (type.prototype as Part).start !== undefined
    );
  }
}

/** The parts of one instance that are in use. */
export class Parts<Owner, Client = unknown> {
  #owner: Owner;
  #table: PartTable<Owner>;
  #made: Part<Client>[] = [];
  /** Why nothing may be written any more. */
  #gone: string | undefined;
  /** Who is asked for a part in place of these. */
  #successor: (() => Parts<Owner, Client>) | undefined;

  constructor(owner: Owner, table: PartTable<Owner>) {
    this.#owner = owner;
    this.#table = table;
  }

  /** The part of this class, made now if it is not there. */
  get<P extends Part<Client>>(type: PartType<P, Owner>): P {
    if (this.#successor !== undefined) {
      const parts = this.#successor();
      if (parts !== this) return parts.get(type);
    }
    for (const part of this.#made) {
      if (part.constructor === type) return part as P;
    }
    const part = new type(this.#owner);
    // As long as it has to be: most instances have few, and there are many instances.
    this.#made = this.#made.concat(part);
    if (this.#gone !== undefined) part.evict?.(this.#gone);
    return part;
  }

  /** Has the parts prepare for `onStart`, one after another; a promise only where one of them takes its time. */
  start(from = 0): PromiseLike<void> | undefined {
    const { starting } = this.#table;
    for (let at = from; at < starting.length; at++) {
      const type = starting[at];
      if (type.isFor?.(this.#owner) === false) continue;
      const done = this.get(type).start!();
      if (isThenable(done)) return done.then(() => this.start(at + 1));
    }
  }

  greet(client: Client): void {
    for (const part of this.#made) part.greet?.(client);
  }

  suspended(client: Client): void {
    for (const part of this.#made) part.suspended?.(client);
  }

  resumed(client: Client): void {
    for (const part of this.#made) part.resumed?.(client);
  }

  /** Hands a frame to the part that wants it. */
  frame(client: Client, frame: ClientFrame, text: string): void {
    this.get(this.#table.byFrame.get(frame.type)!).frame!(client, frame, text);
  }

  /** Makes the part that wants such frames, if it is not there. */
  wake(type: ClientFrame["type"]): void {
    this.get(this.#table.byFrame.get(type)!);
  }

  closed(client: Client): void {
    for (const part of this.#made) part.closed?.(client);
  }

  isServing(client: Client): boolean {
    return this.#made.some((part) => part.isServing?.(client) === true);
  }

  handOver(): void {
    for (const part of this.#made) part.handOver?.();
  }

  shutDown(): void {
    for (const part of this.#made) part.shutDown?.();
  }

  evict(why: string): void {
    this.#gone ??= why;
    for (const part of this.#made) part.evict?.(this.#gone);
  }

  /** From now on others stand in for these: those that `successor` returns, or these again. */
  leave(successor: () => Parts<Owner, Client>): void {
    this.#successor = successor;
  }

  /** Begins anew, as after the constructor. */
  renew(): void {
    this.#made = [];
    this.#gone = this.#successor = undefined;
  }

  destroy(): void {
    for (const part of this.#made) part.destroy?.();
  }
}
