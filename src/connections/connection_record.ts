import type { Attachment, KeptSession } from "../ports/socket.ts";
import { queryValue } from "../protocol/address.ts";
import { SESSION_KEY } from "../protocol/session_frames.ts";
import { PATCH_KEY } from "../protocol/state_frames.ts";

/** What a connection is, apart from its socket: what outlives the instance's time in memory. */
export abstract class ConnectionRecord {
  uri: string;
  /** Whether the client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** Whether the client announced patches of the state. */
  readonly patches: boolean;
  id = "";
  state: unknown = null;
  /** Whether the client gets the library's own frames. */
  protocol = true;
  /** Whether the client may not change the state. */
  readonly = false;
  /** What the client shows of itself, as JSON. */
  presence: string | undefined;
  /** When it ends, in milliseconds since 1970. */
  expires: number | undefined;
  #tags: readonly string[] | undefined;

  constructor(uri: string) {
    this.uri = uri;
    this.extended = queryValue(uri, "_roam") === "1";
    this.patches = this.extended && queryValue(uri, PATCH_KEY) !== null;
  }

  /** The id that the client asked for, if it did: it asks for it again when it comes back. */
  get wishedId(): string | undefined {
    const wished = queryValue(this.uri, "_pk");
    return wished === null || wished.length > 64 ? undefined : wished;
  }

  /** Whether the client announced that it would go on with the connection when its socket breaks. */
  get wantsSession(): boolean {
    return this.extended && queryValue(this.uri, SESSION_KEY) !== null;
  }

  get tags(): readonly string[] {
    return this.#tags ??= [this.id];
  }

  set tags(tags: readonly string[]) {
    this.#tags = tags;
  }

  /** Throws, and the state is what it was, where it can't be kept. */
  setState(state: unknown): void {
    const previous = this.state;
    this.state = state;
    try {
      this.keep();
    } catch (error) {
      this.state = previous;
      throw error;
    }
  }

  /** As {@linkcode setState}. */
  setPresence(presence: string): void {
    const previous = this.presence;
    this.presence = presence;
    try {
      this.keep();
    } catch (error) {
      this.presence = previous;
      throw error;
    }
  }

  setReadonly(readonly: boolean): void {
    this.readonly = readonly;
    this.keep();
  }

  /** Keeps the record with the socket, if it is to be kept. Throws when it is too large. */
  protected abstract keep(): void;

  /** The record, as a socket keeps it; `epoch` of a state that was never stored. */
  protected attachment(
    epoch: string | undefined,
    session: KeptSession | undefined,
  ): Attachment {
    const { id, uri, tags, state, protocol, readonly } = this;
    const { presence, expires } = this;
    const record = { id, uri, tags, state, protocol, readonly };
    return { ...record, epoch, presence, session, expires };
  }

  protected recall(kept: Attachment): void {
    this.id = kept.id;
    this.state = kept.state;
    this.protocol = kept.protocol;
    this.#tags = kept.tags;
    this.readonly = kept.readonly === true;
    this.presence = kept.presence;
    this.expires = kept.expires;
  }
}
