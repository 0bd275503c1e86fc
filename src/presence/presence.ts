import { isLargerThan } from "../protocol/byte_size.ts";
import type { PresenceFrame } from "../protocol/frames.ts";
import { pollutes } from "../protocol/pollution.ts";
import {
  allPresenceFrame,
  presenceChangesFrame,
  presenceRefusalFrame,
} from "../protocol/presence_frames.ts";
import { CallError } from "../runtime/call_error.ts";
import type { Part } from "../runtime/part.ts";
import { isThenable } from "../runtime/thenable.ts";
import { Leavers } from "./leavers.ts";
import type { PresenceClient, PresenceOwner } from "./owner.ts";
import { presenceTimer } from "./presence_timer.ts";

/**
 * What the clients of one instance show of themselves while they are there.
 * Who has sent a frame about it takes part, and is told what the others show.
 * Nothing of it is stored: it is kept with the connections.
 */
export class Presence implements Part<PresenceClient> {
  static readonly frames = ["roam_presence"] as const;
  #owner: PresenceOwner;
  /** Clients whose value has changed since the others were told. */
  #changed = new Set<PresenceClient>();
  /** Ids of clients that show nothing any more, which the others have not been told yet. */
  #gone = new Set<string>();
  /** Slow clients that were not told: each is owed one frame with all others. */
  #behind = new Set<PresenceClient>();
  /** Clients that have lost their connection, and that the others still see. */
  #leavers: Leavers;
  /** Clients that the others see no more, and whose session is not over. */
  #away = new Set<PresenceClient>();

  constructor(owner: PresenceOwner) {
    this.#owner = owner;
    this.#leavers = new Leavers(owner.host, (client) => this.#left(client));
  }

  frame(client: PresenceClient, frame: PresenceFrame, text: string): void {
    // Whoever does not know the extensions could not read the answers.
    if (!client.extended) return;
    const isNew = client.presence === undefined;
    try {
      if (isNew) client.setPresence("");
      if (pollutes(text, frame)) {
        throw new CallError("INVALID", 'A key must not be "__proto__"');
      }
      if (Object.hasOwn(frame, "value")) this.#set(client, frame.value);
      else if (!isNew) this.#clear(client);
    } catch (error) {
      this.#refuse(client, error);
    }
    if (isNew) this.#greet(client);
  }

  suspended(client: PresenceClient): void {
    if (client.presence && !this.#leavers.add(client)) this.#left(client);
  }

  resumed(client: PresenceClient): void {
    if (client.presence === undefined) return;
    this.#leavers.take(client.id);
    if (this.#away.delete(client)) this.#show(client);
    this.#greet(client);
  }

  closed(client: PresenceClient): void {
    this.#behind.delete(client);
    if (this.#away.delete(client) || !client.presence) return;
    if (this.#leavers.add(client)) return;
    this.#leavers.take(client.id);
    this.#clear(client);
  }

  /** Also those who are slow, or have left: nobody will know that they are owed something. */
  handOver(): void {
    for (const { id } of this.#leavers.clients) {
      this.#leavers.take(id);
      this.#gone.add(id);
    }
    if (this.flush()) {
      for (const client of this.#behind) this.#greet(client);
    }
    this.#behind.clear();
  }

  /** Tells the clients what has changed. Returns whether some are too slow for that. */
  flush(): boolean {
    const changed = this.#changed;
    const gone = this.#gone;
    this.#changed = new Set();
    this.#gone = new Set();
    let frame: string | undefined;
    for (const client of this.#owner.connections.links()) {
      if (client.presence === undefined || !client.isGreeted) continue;
      if (client.isQueueing) this.#behind.add(client);
      else if (this.#behind.delete(client)) this.#greet(client);
      else if (isNews(client, changed, gone)) {
        // The client leaves out what it shows itself: one text for all.
        frame ??= presenceChangesFrame(entries(changed), gone);
        client.send(frame, "volatile");
      }
    }
    return this.#behind.size > 0;
  }

  #set(client: PresenceClient, value: unknown): void {
    const { host, hooks, invoker } = this.#owner;
    if (hooks.onPresence !== undefined) {
      const args = [client.connection, value];
      const result = invoker.enter(client, hooks.onPresence, args);
      if (isThenable(result)) {
        result.then(undefined, () => {});
        throw new TypeError(
          "Cannot set presence: onPresence must not return a promise",
        );
      }
      if (result !== undefined) value = result;
    }
    let text: string | undefined;
    try {
      text = JSON.stringify(value);
    } catch (error) {
      // A client may nest deeper than the stack: that is no failure of the agent.
      if (!(error instanceof RangeError)) throw error;
      throw new CallError("INVALID", "Presence is too deep");
    }
    if (text === undefined) {
      throw new TypeError("Cannot set presence: onPresence must return JSON");
    }
    const most = host.limits.presenceBytes;
    if (isLargerThan(text, most)) {
      const problem = `Presence is too large: at most ${most} bytes of JSON`;
      throw new CallError("TOO_LARGE", problem);
    }
    if (text === client.presence) return;
    client.setPresence(text);
    const before = this.#leavers.take(client.id);
    // Its page was loaded anew, and shows what the others see.
    if (before?.presence === text && !this.#changed.has(before)) return;
    if (before !== undefined) this.#changed.delete(before);
    this.#show(client);
  }

  #show(client: PresenceClient): void {
    this.#gone.delete(client.id);
    this.#changed.add(client);
    this.#owner.host.shared(presenceTimer).add(this);
  }

  /** A client has not come back in time: the others see it no more. */
  #left(client: PresenceClient): void {
    if (client.end === undefined) this.#away.add(client);
    this.#hide(client);
  }

  #clear(client: PresenceClient): void {
    if (!client.presence) return;
    client.setPresence("");
    this.#hide(client);
  }

  #hide(client: PresenceClient): void {
    this.#changed.delete(client);
    this.#gone.add(client.id);
    this.#owner.host.shared(presenceTimer).add(this);
  }

  #refuse(client: PresenceClient, error: unknown): void {
    if (error instanceof CallError) {
      const { message, code } = error;
      return client.send(presenceRefusalFrame(message, code), "volatile");
    }
    const frame = presenceRefusalFrame("Presence rejected", "REJECTED");
    client.send(frame, "volatile");
    this.#owner.invoker.fail("onPresence", error, client);
  }

  #greet(client: PresenceClient): void {
    const others = new Map(
      this.#leavers.clients.map((other) => [other.id, other]),
    );
    for (const other of this.#owner.connections.links()) {
      if (other.presence && !this.#away.has(other)) others.set(other.id, other);
    }
    others.delete(client.id);
    client.send(allPresenceFrame(entries(others.values())), "volatile");
  }
}

function isNews(
  client: PresenceClient,
  changed: ReadonlySet<PresenceClient>,
  gone: ReadonlySet<string>,
): boolean {
  return gone.size > 0 || changed.size > (changed.has(client) ? 1 : 0);
}

function entries(
  clients: Iterable<PresenceClient>,
): [id: string, presence: string][] {
  return Array.from(clients, ({ id, presence }) => [id, presence!]);
}
