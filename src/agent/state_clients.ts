import type { StateFrame } from "../protocol/frames.ts";
import { stateErrorFrame } from "../protocol/frames.ts";
import {
  helloFrame,
  type RefusalCode,
  stateAckFrame,
  stateFrame,
  stateRefusalFrame,
  versionedStateFrame,
} from "../protocol/state_frames.ts";
import type { Instance } from "./instance.ts";
import type { Link } from "./link.ts";

/** A state frame that was sent so many milliseconds ago has been read. */
const READ_MS = 10_000;
const MAX_ID_LENGTH = 128;

/** What a client may show that gets no acknowledgements: a state it was sent, or one it wrote. */
export interface Shown {
  /** The last state that it was sent was somebody else's. */
  foreign: boolean;
  /** The revision of that. */
  told: number;
  toldAt: number;
  /** The revision of its last own one. */
  wrote: number;
}

/** What the state's clients are sent, and how each of them ends at the accepted state. */
export class StateClients {
  #instance: Instance;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** The connection is accepted: the very first frame, where the client announced the extensions. */
  hello(link: Link): void {
    if (link.extended) link.write(helloFrame(this.#instance.state));
  }

  /** The state, if there is one, to this client. */
  send(link: Link): void {
    const frame = this.#instance.state.frameFor(link);
    if (frame === undefined || !link.protocol) return;
    link.send(frame);
    this.#sent(link, false);
  }

  /** The state has changed: to all but the client that changed it. Each text is made once. */
  announce(source: Link | undefined): void {
    const { connections, state } = this.#instance;
    let base: string | undefined;
    let versioned: string | undefined;
    for (const link of connections.links()) {
      if (link === source || !link.protocol || !link.informed) continue;
      link.send(
        link.extended
          ? versioned ??= versionedStateFrame(state.text!, state)
          : base ??= stateFrame(state.text!),
      );
      this.#sent(link, true);
    }
  }

  /** The keys of a write that are extensions. Answers, and returns nothing, when they forbid it or the client may not write. */
  read(link: Link, frame: StateFrame): { id: string | undefined } | undefined {
    const { id, epoch, rev, strict } = link.extended
      ? frame as StateFrame & Record<string, unknown>
      : {} as Record<string, unknown>;
    const known = typeof id === "string" && id.length <= MAX_ID_LENGTH;
    const write = { id: known ? id : undefined };
    const refuse = (error: string, code: RefusalCode): undefined => {
      this.refused(link, write.id, error, code);
    };
    if (link.readonly) return refuse("Connection is readonly", "READONLY");
    if (
      !(known || id === undefined) ||
      !(typeof strict === "boolean" || strict === undefined)
    ) return refuse("Malformed state frame", "INVALID");
    const { state } = this.#instance;
    if (strict === true && (epoch !== state.epoch || rev !== state.rev)) {
      return refuse("State has changed meanwhile", "CONFLICT");
    }
    return write;
  }

  /** The write of `link` was accepted. */
  accepted(link: Link, id: string | undefined): void {
    const { state } = this.#instance;
    if (link.shown !== undefined) link.shown.wrote = state.rev;
    if (!link.extended) return;
    // A client that can't be told by id is told by the state, which has a rev.
    if (id === undefined) this.send(link);
    else link.send(stateAckFrame(id, state.rev));
  }

  /**
   * After the write of a client that gets no acknowledgement. Of a state that
   * was sent to it before, nobody knows whether it came before or after the
   * client's own one; if after, the client shows it. So the client gets the
   * accepted one: at once when the other was somebody else's, and else when
   * it has written nothing for a while, so that a client that writes 1, 2, 3
   * is not thrown back to 1.
   */
  settle(link: Link): void {
    const { shown } = link;
    // Not if a newer one is on its way already.
    if (shown === undefined || link.isShut || shown.told > shown.wrote) return;
    const { home } = this.#instance;
    if (shown.foreign) this.send(link);
    else if (home.now - shown.toldAt < READ_MS) home.settling.add(link);
  }

  /** A write was refused: what the client shows is not the state. */
  refused(
    link: Link,
    id: string | undefined,
    error: string,
    code: RefusalCode,
  ): void {
    const { state } = this.#instance;
    if (link.extended) {
      return link.send(stateRefusalFrame(error, code, id, state, state.text));
    }
    link.send(stateErrorFrame(error));
    this.send(link);
  }

  #sent(link: Link, foreign: boolean): void {
    if (link.extended) return;
    const { home, state } = this.#instance;
    const shown = link.shown ??= { foreign, told: 0, toldAt: 0, wrote: 0 };
    shown.foreign = foreign;
    shown.told = state.rev;
    shown.toldAt = home.now;
    home.settling.delete(link);
  }
}
