import type { PatchFrame, StateFrame } from "../protocol/frames.ts";
import { stateErrorFrame } from "../protocol/frames.ts";
import {
  type RefusalCode,
  stateAckFrame,
  stateFrame,
  stateRefusalFrame,
  versionedStateFrame,
} from "../protocol/state_frames.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { StateClient, StateOwner } from "./owner.ts";
import { type CurrentState, StatePatches } from "./state_patches.ts";

/** A state frame that was sent so many milliseconds ago has been read. */
const READ_MS = 10_000;
/** A client that has written nothing for so long is told the state, if it may have missed it. */
const SETTLE_MS = 1000;
const MAX_ID_LENGTH = 128;
const REJECTION = { message: "State update rejected", code: "REJECTED" };

/** What a client may show that gets no acknowledgements: a state it was sent, or one it wrote. */
interface Shown {
  readonly sync: StateSync;
  readonly client: StateClient;
  /** The last state that it was sent was somebody else's. */
  foreign: boolean;
  /** The revision of that. */
  told: number;
  toldAt: number;
  /** The revision of its last own one. */
  wrote: number;
}

/** Clients that are told the state if they write nothing for a while. */
const settling = ({ timer }: HostServices) =>
  new Deadlines<Shown>(
    timer,
    SETTLE_MS,
    ({ sync, client }) => sync.send(client),
  );

/** What the clients of an instance are sent of its state, and how each of them ends at the accepted one. */
export class StateSync {
  #owner: StateOwner;
  #state: CurrentState;
  /** Of clients without the extensions. */
  #shown = new Map<StateClient, Shown>();
  #patches: StatePatches;

  constructor(owner: StateOwner, state: CurrentState) {
    this.#owner = owner;
    this.#state = state;
    this.#patches = new StatePatches(owner.address, state);
  }

  /** Whether the greeting of this client has the whole state in it. */
  isSentWhole(client: StateClient): boolean {
    return this.#state.text !== undefined &&
      this.#missing(client) === undefined;
  }

  /** The connection begins: sends what the client does not know of the state. */
  greet(client: StateClient): void {
    const missing = this.#missing(client);
    if (missing === undefined) this.send(client);
    else for (const frame of missing) client.send(frame, "patch");
  }

  /** The whole state, if there is one, to this client. */
  send(client: StateClient): void {
    const state = this.#state;
    if (state.text === undefined || !client.protocol) return;
    client.send(
      client.extended
        ? versionedStateFrame(state.text, state)
        : stateFrame(state.text),
      "state",
    );
    this.#sent(client, false);
  }

  /**
   * The state was `previous`, and has changed: to all but the client that
   * changed it. Each text is made once, and only if somebody wants it.
   */
  announce(source: StateClient | undefined, previous: unknown): void {
    const state = this.#state;
    let base: string | undefined;
    let versioned: string | undefined;
    let patch: string | null | undefined;
    const patchFrame = () => {
      if (patch === undefined) {
        patch = this.#patches.frameFrom(previous) ?? null;
      }
      return patch ?? undefined;
    };
    let isWanted = this.#patches.isAwaited(this.#owner.host.now);
    for (const client of this.#owner.connections.links()) {
      if (client === source) continue;
      isWanted ||= client.patches;
      if (!client.protocol || !client.isGreeted) continue;
      // A client that is behind needs one state, not all the ways to it.
      const frame = client.patches && !client.isQueueing
        ? patchFrame()
        : undefined;
      client.send(
        frame ??
          (client.extended
            ? versioned ??= versionedStateFrame(state.text!, state)
            : base ??= stateFrame(state.text!)),
        frame === undefined ? "state" : "patch",
      );
      this.#sent(client, true);
    }
    if (isWanted) patchFrame();
  }

  /** The keys of a write that are extensions. Answers, and returns nothing, when they forbid it or the client may not write. */
  read(
    client: StateClient,
    frame: StateFrame | PatchFrame,
  ): { id: string | undefined } | undefined {
    const { id, epoch, rev, strict } = client.extended
      ? frame as unknown as Record<string, unknown>
      : {} as Record<string, unknown>;
    const known = typeof id === "string" && id.length <= MAX_ID_LENGTH;
    const write = { id: known ? id : undefined };
    const refuse = (error: string, code: RefusalCode): undefined => {
      this.refused(client, write.id, error, code);
    };
    if (client.readonly) return refuse("Connection is readonly", "READONLY");
    if (
      !(known || id === undefined) ||
      !(typeof strict === "boolean" || strict === undefined)
    ) return refuse("Malformed state frame", "INVALID");
    const state = this.#state;
    const isStrict = strict === true || frame.type === "roam_state_patch";
    if (isStrict && (epoch !== state.epoch || rev !== state.rev)) {
      return refuse("State has changed meanwhile", "CONFLICT");
    }
    return write;
  }

  /** The write of `client` was accepted. */
  accepted(client: StateClient, id: string | undefined): void {
    const { rev } = this.#state;
    if (!client.extended) {
      const shown = this.#shown.get(client);
      if (shown !== undefined) shown.wrote = rev;
      return;
    }
    // A client that can't be told by id is told by the state, which has a rev.
    if (id === undefined) this.send(client);
    else client.send(stateAckFrame(id, rev), "volatile");
  }

  /**
   * After the write of a client that gets no acknowledgement. Of a state that
   * was sent to it before, nobody knows whether it came before or after the
   * client's own one; if after, the client shows it. So the client gets the
   * accepted one: at once when the other was somebody else's, and else when
   * it has written nothing for a while, so that a client that writes 1, 2, 3
   * is not thrown back to 1.
   */
  settle(client: StateClient): void {
    if (client.extended) return;
    const shown = this.#shown.get(client);
    // Not if a newer one is on its way already.
    if (shown === undefined || shown.told > shown.wrote) return;
    const { host } = this.#owner;
    if (shown.foreign) this.send(client);
    else if (host.now - shown.toldAt < READ_MS) {
      host.shared(settling).add(shown);
    }
  }

  /** The agent does not want the write. What it says about that only extended clients are told. */
  rejected(
    client: StateClient,
    id: string | undefined,
    why?: { readonly message: string; readonly code: string },
  ): void {
    const { message, code } = client.extended && why || REJECTION;
    this.refused(client, id, message, code);
  }

  /** A write was refused: what the client shows is not the state. */
  refused(
    client: StateClient,
    id: string | undefined,
    error: string,
    code: RefusalCode | string,
  ): void {
    const { address, host } = this.#owner;
    host.emit(() => ({ type: "state", ...address, source: "client", code }));
    const state = this.#state;
    if (client.extended) {
      // It has been sent all that led to this state.
      const isKnown = client.patches && client.protocol && !client.isQueueing;
      const text = isKnown ? undefined : state.text;
      const frame = stateRefusalFrame(error, code, id, state, text);
      return client.send(frame, "volatile");
    }
    client.send(stateErrorFrame(error));
    this.send(client);
  }

  /** The client has gone. */
  closed(client: StateClient): void {
    if (client.patches) this.#patches.left(this.#owner.host.now);
    const shown = this.#shown.get(client);
    if (shown === undefined) return;
    this.#shown.delete(client);
    this.#owner.host.shared(settling).delete(shown);
  }

  #missing(client: StateClient): readonly string[] | undefined {
    return client.patches ? this.#patches.missing(client) : undefined;
  }

  #sent(client: StateClient, foreign: boolean): void {
    // What a client shows that has left does not matter.
    if (client.extended || client.readyState !== 1) return;
    const { host } = this.#owner;
    let shown = this.#shown.get(client);
    if (shown === undefined) {
      const times = { told: 0, toldAt: 0, wrote: 0 };
      shown = { sync: this, client, foreign, ...times };
      this.#shown.set(client, shown);
    } else host.shared(settling).delete(shown);
    shown.foreign = foreign;
    shown.told = this.#state.rev;
    shown.toldAt = host.now;
  }
}
