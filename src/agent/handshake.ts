import type { SocketData } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { Agent } from "./agent.ts";
import type { ConnectionContext } from "./connection.ts";
import type { Stage } from "./events.ts";
import { Hold } from "./hold.ts";
import type { Hook } from "./invoker.ts";
import type { Link } from "./link.ts";
import { checkedTags } from "./tags.ts";
import { isThenable } from "./thenable.ts";

/**
 * The time of a connection between the upgrade and its acceptance. Frames of
 * both directions wait in it; `getConnectionTags`,
 * `shouldConnectionBeReadonly`, `shouldSendProtocolMessages`
 * and `onConnect` run in this order and decide.
 */
export class Handshake {
  /** Outgoing frames pass; incoming ones queue behind those that waited. */
  accepted = false;
  #link: Link;
  #ctx: ConnectionContext | undefined;
  #hold: Hold | undefined;
  /** A hook runs, and what it decides counts. */
  #deciding = false;

  constructor(link: Link, ctx: ConnectionContext | undefined) {
    this.#link = link;
    this.#ctx = ctx;
  }

  /** The upgrade request. */
  get request(): Request | undefined {
    return this.#ctx?.request;
  }

  /** Runs the hooks. Called when the instance has started. */
  begin(): void {
    const link = this.#link;
    // Gone before anybody saw it, and without a word.
    if (link.end !== undefined && this.#hold === undefined) return this.#end();
    this.#deciding = true;
    link.greeted = true;
    this.#askTags();
  }

  // A hook that nobody wrote decides nothing, and is not called: together they
  // would cost a tenth of a connection.

  #askTags(): void {
    const { getConnectionTags } = this.#link.agent;
    if (getConnectionTags === Agent.prototype.getConnectionTags) {
      return this.#askReadonly();
    }
    this.#run("getConnectionTags", getConnectionTags, (tags) => {
      if (this.#tag(tags as string[])) this.#askReadonly();
    });
  }

  #askReadonly(): void {
    const { shouldConnectionBeReadonly: hook } = this.#link.agent;
    if (hook === Agent.prototype.shouldConnectionBeReadonly) {
      return this.#askProtocol();
    }
    this.#run("shouldConnectionBeReadonly", hook, (readonly) => {
      // What is no clear "no" must not open the door.
      this.#link.readonly = readonly !== false && readonly !== undefined;
      this.#askProtocol();
    });
  }

  #askProtocol(): void {
    const { shouldSendProtocolMessages: hook } = this.#link.agent;
    if (hook === Agent.prototype.shouldSendProtocolMessages) {
      return this.#askAgent();
    }
    this.#run("shouldSendProtocolMessages", hook, (protocol) => {
      this.#link.protocol = protocol !== false;
      this.#askAgent();
    });
  }

  #askAgent(): void {
    const { onConnect } = this.#link.agent;
    if (onConnect === Agent.prototype.onConnect) return this.#decided();
    this.#run("onConnect", onConnect, () => this.#decided());
  }

  /** Lets frames of a connection pass that was accepted before its instance left memory. */
  resume(): void {
    this.accepted = true;
    for (const data of this.#hold?.outgoing ?? []) this.#link.write(data);
    this.#pass();
  }

  receive(data: string | ArrayBuffer): void {
    if (this.#link.isShut) return;
    this.#hold ??= new Hold(this.#link.instance.home.limits);
    if (!this.#hold.keepIncoming(data)) this.#overflow();
  }

  send(data: SocketData): void {
    this.#hold ??= new Hold(this.#link.instance.home.limits);
    if (!this.#hold.keepOutgoing(data)) this.#overflow();
  }

  /** Ends the hold: the library's frames go out, then what waited. */
  accept(): void {
    const link = this.#link;
    if (!this.#deciding || link.isShut) return;
    this.#deciding = false;
    this.accepted = true;
    // The peer may have said its word and left; then nobody is there to greet.
    if (link.end === undefined) this.#release();
    if (!link.isShut) this.#pass();
  }

  /** This side closes the connection: nothing passes any more. */
  cancel(): void {
    this.#hold = undefined;
    if (!this.#deciding) this.#end();
  }

  /** The hooks have had their time. */
  timeOut(): void {
    this.#link.cut(CloseCode.OVERLOAD, "onConnect took too long");
    this.#deciding = false;
    this.#end();
  }

  /** Calls `hook` and then, at once where it is synchronous, `next`. */
  #run(
    stage: Stage,
    hook: Hook,
    next: (result: unknown) => void,
  ): void {
    const { instance, connection } = this.#link;
    let result: unknown;
    try {
      result = instance.invoker.call(this.#link, hook, connection, this.#ctx);
    } catch (error) {
      return this.#failed(stage, error);
    }
    if (!isThenable(result)) return next(result);
    if (this.#deciding) instance.home.connecting.addOnce(this);
    instance.invoker.begin();
    result.then(
      (value) => {
        if (this.#deciding) next(value);
        instance.invoker.end();
      },
      (error) => {
        this.#failed(stage, error);
        instance.invoker.end();
      },
    );
  }

  #tag(tags: readonly string[]): boolean {
    try {
      if (tags.length > 0) this.#link.tags = checkedTags(this.#link.id, tags);
      return true;
    } catch (error) {
      this.#failed("getConnectionTags", error);
      return false;
    }
  }

  #decided(): void {
    if (!this.#deciding) return;
    if (!this.#link.isShut) return this.accept();
    this.#deciding = false;
    this.#end();
  }

  #failed(stage: Stage, error: unknown): void {
    const link = this.#link;
    link.instance.invoker.fail(stage, error, link);
    if (!this.#deciding) return;
    link.cut(CloseCode.INTERNAL, "internal error");
    this.#deciding = false;
    this.#end();
  }

  #release(): void {
    const link = this.#link;
    try {
      link.attach();
    } catch (error) {
      link.instance.invoker.fail("onConnect", error, link);
      return link.cut(CloseCode.INTERNAL, "connection too large to keep");
    }
    link.instance.greet(link);
    for (const data of this.#hold?.outgoing ?? []) link.write(data);
  }

  #overflow(): void {
    this.#link.cut(CloseCode.OVERLOAD, "too many messages waiting");
  }

  /** Lets pass what waited, from a stack of its own, and then everything. */
  #pass(): void {
    if (this.#hold === undefined || this.#hold.incoming.length === 0) {
      return this.#end();
    }
    queueMicrotask(() => {
      // Grows while it is read: what arrives meanwhile comes after it.
      for (const data of this.#hold?.incoming ?? []) {
        this.#link.instance.message(this.#link, data);
        if (this.#link.isShut) break;
      }
      this.#end();
    });
  }

  #end(): void {
    const link = this.#link;
    link.instance.home.connecting.delete(this);
    if (link.handshake === undefined) return;
    link.handshake = undefined;
    link.conclude();
  }
}
