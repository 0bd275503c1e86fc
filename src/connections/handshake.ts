import type { SocketData } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { Stage } from "../runtime/events.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Hook } from "../runtime/invoker.ts";
import { isThenable } from "../runtime/thenable.ts";
import { type Candidate, DECISIONS } from "./candidate.ts";
import type { ConnectionContext } from "./connection.ts";
import { cutForBacklog, cutForSize } from "./cuts.ts";
import { FrameBuffer } from "./frame_buffer.ts";

/** Those that have taken too long are refused. */
const connecting = ({ timer, limits }: HostServices) =>
  new Deadlines<Handshake>(
    timer,
    limits.connectMs,
    (handshake) => handshake.timeOut(),
  );

/**
 * The time of a connection between the upgrade and its acceptance. Frames of
 * both directions wait in it; `getConnectionTags`,
 * `shouldConnectionBeReadonly`, `shouldSendProtocolMessages`
 * and `onConnect` run in this order and decide.
 */
export class Handshake {
  /** Outgoing frames pass; incoming ones queue behind those that waited. */
  accepted = false;
  #candidate: Candidate;
  #ctx: ConnectionContext | undefined;
  #buffer: FrameBuffer | undefined;
  /** A hook runs, and what it decides counts. */
  #deciding = false;

  constructor(candidate: Candidate, ctx: ConnectionContext | undefined) {
    this.#candidate = candidate;
    this.#ctx = ctx;
  }

  /** The upgrade request. */
  get request(): Request | undefined {
    return this.#ctx?.request;
  }

  /** Runs the hooks. Called when the instance has started. */
  begin(): void {
    const candidate = this.#candidate;
    // Gone before anybody saw it, and without a word.
    if (candidate.end !== undefined && this.#buffer === undefined) {
      return this.#end();
    }
    this.#deciding = true;
    candidate.hasBegun = true;
    this.#ask(0);
  }

  /** Asks one hook after the other. One that nobody wrote is not called: together they would cost a tenth of a connection. */
  #ask(from: number): void {
    const candidate = this.#candidate;
    const { hooks } = candidate.owner;
    for (let at = from; at < DECISIONS.length; at++) {
      const { name, decide } = DECISIONS[at];
      const hook = hooks[name];
      if (hook === undefined) continue;
      return this.#run(name, hook, (result) => {
        try {
          decide(candidate, result);
        } catch (error) {
          return this.#failed(name, error);
        }
        this.#ask(at + 1);
      });
    }
    this.#decided();
  }

  /** Lets frames of a connection pass that was accepted before its instance left memory. */
  resume(): void {
    this.accepted = true;
    for (const data of this.#buffer?.outgoing ?? []) {
      this.#candidate.write(data);
    }
    this.#pass();
  }

  receive(data: string | ArrayBuffer): void {
    if (this.#candidate.isShut) return;
    this.#buffer ??= new FrameBuffer(this.#candidate.owner.host.limits);
    if (!this.#buffer.keepIncoming(data)) cutForBacklog(this.#candidate);
  }

  send(data: SocketData): void {
    this.#buffer ??= new FrameBuffer(this.#candidate.owner.host.limits);
    if (!this.#buffer.keepOutgoing(data)) cutForBacklog(this.#candidate);
  }

  /** Ends the hold: the library's frames go out, then what waited. */
  accept(): void {
    const candidate = this.#candidate;
    if (!this.#deciding || candidate.isShut) return;
    this.#deciding = false;
    this.accepted = true;
    // The peer may have said its word and left; then nobody is there to greet.
    if (candidate.end === undefined) this.#release();
    if (!candidate.isShut) this.#pass();
  }

  /** This side closes the connection: nothing passes any more. */
  cancel(): void {
    this.#buffer = undefined;
    if (!this.#deciding) this.#end();
  }

  /** The hooks have had their time. */
  timeOut(): void {
    const why = "onConnect took too long";
    this.#failed("onConnect", new Error(why), why);
  }

  /** Calls `hook` and then, at once where it is synchronous, `next`. */
  #run(
    stage: Stage,
    hook: Hook,
    next: (result: unknown) => void,
  ): void {
    const candidate = this.#candidate;
    const { invoker, activity, host } = candidate.owner;
    let result: unknown;
    try {
      result = invoker.call(candidate, hook, candidate.connection, this.#ctx);
    } catch (error) {
      return this.#failed(stage, error);
    }
    if (!isThenable(result)) return next(result);
    if (this.#deciding) host.shared(connecting).addOnce(this);
    activity.begin();
    result.then(
      (value) => {
        if (this.#deciding) next(value);
        activity.end();
      },
      (error) => {
        this.#failed(stage, error);
        activity.end();
      },
    );
  }

  #decided(): void {
    if (!this.#deciding) return;
    if (!this.#candidate.isShut) return this.accept();
    this.#deciding = false;
    this.#end();
  }

  #failed(stage: Stage, error: unknown, late?: string): void {
    const candidate = this.#candidate;
    candidate.owner.invoker.fail(stage, error, candidate);
    if (!this.#deciding) return;
    if (late) candidate.cut(CloseCode.OVERLOAD, late);
    else candidate.cut(CloseCode.INTERNAL, "internal error");
    this.#deciding = false;
    this.#end();
  }

  #release(): void {
    const candidate = this.#candidate;
    try {
      candidate.attach();
    } catch (error) {
      candidate.owner.invoker.fail("onConnect", error, candidate);
      return cutForSize(candidate);
    }
    candidate.accepted();
    for (const data of this.#buffer?.outgoing ?? []) candidate.write(data);
  }

  /** Lets pass what waited, from a stack of its own, and then everything. */
  #pass(): void {
    if (this.#buffer === undefined || this.#buffer.incoming.length === 0) {
      return this.#end();
    }
    queueMicrotask(() => {
      // Grows while it is read: what arrives meanwhile comes after it.
      for (const data of this.#buffer?.incoming ?? []) {
        this.#candidate.deliver(data);
        if (this.#candidate.isShut) break;
      }
      this.#end();
    });
  }

  #end(): void {
    const candidate = this.#candidate;
    candidate.owner.host.shared(connecting).delete(this);
    candidate.settled();
  }
}
