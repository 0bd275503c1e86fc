import { frozen } from "../protocol/json.ts";
import type { PatchOperation } from "../protocol/patch.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { knownVersion, type Version } from "../protocol/state_frames.ts";
import { same } from "./json.ts";
import { patched } from "./patched.ts";
import type { Write } from "./write.ts";

/**
 * A word of the server about its state; a base server's has no revision.
 * Without a `state` that is undefined; where `greeting` is `false`, nobody knows.
 */
export type StateWord = Partial<ServerFrame>;

/** What the server has said about its state, over all connections. */
export class ServerState {
  /** What it said last, if anything. */
  known: StateWord | undefined;
  /** How large a state may be. */
  maxBytes = Infinity;
  /** Where the server of this connection takes patches: the tag of the instance. */
  tag: unknown;
  /** The bytes that the state has as JSON, or a few more. */
  bytes = 0;
  /** At the beginning of a connection: what has been said about the state, which may be on its way. */
  #greeting: StateWord | undefined = {};
  /** What this connection's patches have made so far, before the greeting was over. */
  #patched: StateWord | undefined;

  /** Whether the greeting of the connection is not over. */
  get isAwaited(): boolean {
    return this.#greeting !== undefined;
  }

  /** The version that is known, for the server to send what is missing. */
  get version(): string {
    const { known } = this;
    return known?.patch
      ? knownVersion(known as unknown as Version, `${known.patch}`)
      : "";
  }

  /** The hello: at which revision the state is, and how large it may be. */
  opened(hello: ServerFrame): void {
    this.#greeting = hello;
    this.tag = hello.patch;
    this.#patched = undefined;
    this.maxBytes = hello.stateBytes as number ?? Infinity;
  }

  /** The connection is gone. */
  lost(): void {
    this.#greeting = {};
  }

  /** The greeting is over without a state: what that says of the state. */
  greeted(): StateWord | undefined {
    const greeting = this.#greeting;
    const known = this.#patched ?? this.known;
    // What is known is not sent again, and to some clients nothing is.
    const isSilent = this.tag || greeting?.greeting === false;
    return greeting && isSilent && known && isAt(greeting, known)
      ? known
      : greeting;
  }

  /** Takes a whole state; `text` is the frame. Returns whether it is, at the beginning of a connection, another than was known. */
  take(word: StateWord, text?: string): boolean {
    frozen(word.state);
    // Of a small frame the state is not most of it.
    if (text) {
      this.bytes = byteSize(
        text.length < 4096 ? JSON.stringify(word.state) : text,
      );
    }
    const isOther = this.#greeting && this.known && !isAt(word, this.known);
    this.#greeting = this.#patched = undefined;
    this.set(word);
    return !!isOther;
  }

  /** Takes what has changed since the revision before. `false` where that is not the one that is known. */
  patch({ rev, ops }: ServerFrame, text: string): boolean {
    const from = this.#patched ?? this.known;
    if (from?.rev !== rev as number - 1) {
      // Nobody knows what is missing: the next connection begins with all of it.
      this.known = { ...this.known, patch: "" };
      return false;
    }
    const operations = frozen(ops) as PatchOperation[];
    const next = { ...from, rev, state: patched(from!.state, operations) };
    this.bytes += text.length * 3;
    if (this.#greeting) this.#patched = next;
    else this.set(next);
    return true;
  }

  /** The server has accepted a write, as this revision. */
  accept({ value, json, ops }: Write, rev: unknown): void {
    if (ops) this.bytes += ops.length * 3;
    else if (this.tag) this.bytes = byteSize(json!);
    this.known = { ...this.known, state: value, rev, greeting: true };
  }

  set(word: StateWord): void {
    this.known = { ...word, patch: this.tag };
  }
}

function byteSize(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Whether a state is the one that was known: by its revision, or by what it is. */
function isAt(now: StateWord, known: StateWord): boolean {
  return now.epoch
    ? now.epoch === known.epoch && now.rev === known.rev
    : same(now.state, known.state);
}
