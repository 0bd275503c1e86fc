import { queryValue } from "../protocol/address.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import { diff } from "../protocol/diff.ts";
import { instanceTag } from "../protocol/instance_tag.ts";
import {
  knownRev,
  PATCH_KEY,
  statePatchFrame,
  type Version,
} from "../protocol/state_frames.ts";

/** Revisions that a client may have missed and still gets as patches. */
const MAX_PATCHES = 256;
/** Characters of all patches together. */
const MAX_LENGTH = 64 * 1024;
/** Patches are made for a client that has left so many milliseconds ago, as if it were there. */
const AWAITED_MS = 30_000;
const NONE: readonly string[] = [];

/** The state that clients are sent: its version, and its JSON if there is one. */
export interface CurrentState extends Version {
  readonly value: unknown;
  readonly text: string | undefined;
}

/** The last changes of a state as patches, made when a client wants them. */
export class StatePatches {
  #address: AgentAddress;
  #state: CurrentState;
  /** Operations as JSON, the newest last. */
  #recent: string[] = [];
  #length = 0;
  /** The revision that the newest one leads to. */
  #rev = 0;
  #awaitedUntil = -Infinity;

  constructor(address: AgentAddress, state: CurrentState) {
    this.#address = address;
    this.#state = state;
  }

  /** A client that takes patches has left, and may come back. */
  left(now: number): void {
    this.#awaitedUntil = now + AWAITED_MS;
  }

  /** Whether a client may come back for them. */
  isAwaited(now: number): boolean {
    return now < this.#awaitedUntil;
  }

  /** The frame that makes the present state of `previous`, the one before it; `undefined` where the whole state costs little more. */
  frameFrom(previous: unknown): string | undefined {
    const { rev, value, text } = this.#state;
    if (previous === undefined) return undefined;
    const operations = diff(previous, value, text!.length / 2);
    if (operations === undefined) return undefined;
    this.#add(rev, operations);
    return statePatchFrame(operations, rev);
  }

  /** The frames that a client needs which says in its URL what it knows; `undefined` where that is the whole state. */
  missing({ uri }: { readonly uri: string }): readonly string[] | undefined {
    const { epoch, rev } = this.#state;
    const tag = instanceTag(this.#address);
    const known = knownRev(queryValue(uri, PATCH_KEY), epoch, tag);
    if (known === rev) return NONE;
    if (known === undefined || known > rev || rev !== this.#rev) return;
    const first = this.#recent.length - (rev - known);
    if (first < 0) return;
    return this.#recent.slice(first).map((operations, at) =>
      statePatchFrame(operations, known + at + 1)
    );
  }

  #add(rev: number, operations: string): void {
    if (rev !== this.#rev + 1) {
      this.#recent = [];
      this.#length = 0;
    }
    this.#rev = rev;
    this.#recent.push(operations);
    this.#length += operations.length;
    while (this.#length > MAX_LENGTH || this.#recent.length > MAX_PATCHES) {
      this.#length -= this.#recent.shift()!.length;
    }
  }
}
