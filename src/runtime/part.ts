import type { ClientFrame } from "../protocol/frames.ts";

/**
 * One feature of an instance: its state, the calls of its clients, its
 * database. A part knows neither the class `Agent` nor the instance: its
 * constructor takes what it needs as an interface of its own room, which the
 * instance fulfils.
 *
 * These are the moments in the life of an instance that a part may want to
 * know of. All are optional, and all but `start` are synchronous. A part that
 * works on something says so by the instance's `activity`.
 */
export interface Part<Client = unknown> {
  /**
   * The instance starts: called before `onStart`, and again if that failed.
   * A throw is a failed start. A part that has this is made for every
   * instance that it is for, any other when it is first asked for.
   */
  start?(): PromiseLike<void> | void;
  /** A client was accepted that takes the library's frames: after its identity frame, before anything else. */
  greet?(client: Client): void;
  /** A client has lost its connection, and may go on with its session. */
  suspended?(client: Client): void;
  /** A client goes on with its session on another connection, and was greeted anew. What volatile frames would have told it, it does not know. */
  resumed?(client: Client): void;
  /** A client sent a frame of one of the types that the part's class lists in `frames`. `text` is how it was spelled. */
  frame?(client: Client, frame: ClientFrame, text: string): void;
  /** A connection is closing or closed, by either side: it can't be sent anything. Called once. */
  closed?(client: Client): void;
  /** Whether it still works on something for this client. */
  isServing?(client: Client): boolean;
  /** The connections go to another process: what they are owed has to be sent now. */
  handOver?(): void;
  /** The host ends: what is done in the background comes to its end, and nothing new is begun. */
  shutDown?(): void;
  /** The instance is of no use any more, because of `why`: nothing of it may write from now on. May be called more than once. */
  evict?(why: string): void;
  /** All that was stored for the instance has been removed. `evict` was called before. */
  destroy?(): void;
}

/** A class of parts. */
export interface PartType<P extends Part = Part, Owner = never> {
  new (owner: Owner): P;
  /** The types of the clients' frames that go to {@linkcode Part.frame}. */
  readonly frames?: readonly ClientFrame["type"][];
  /** Whether a part that has {@linkcode Part.start} is for this instance. Absent: for every one. */
  isFor?(owner: Owner): boolean;
}
