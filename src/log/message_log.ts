import type { LogBounds, LogEntry, LogHead } from "../ports/log.ts";
import type { SocketData } from "../ports/socket.ts";
import { queryValue } from "../protocol/address.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import {
  type Cursor,
  cursorFrame,
  cursorText,
  type LogGap,
  parseCursor,
  skipFrame,
} from "../protocol/log_frames.ts";
import { LOG_KEY } from "../protocol/log_key.ts";
import type { Part } from "../runtime/part.ts";
import { isThenable } from "../runtime/thenable.ts";
import { entryOf, isLoggable } from "./entry.ts";
import { logged, type LoggedMessage } from "./logged_message.ts";
import { type LogRules, logRules } from "./options.ts";
import type { LogClient, LogOwner } from "./owner.ts";
import { type LogStart, replay } from "./replay.ts";

/** What an instance has broadcast, in order, for clients that come back. */
export class MessageLog implements Part<LogClient> {
  #owner: LogOwner;
  #rules: LogRules;
  /** The newest entry; of a log in which nothing has ever been all of it is empty. */
  #head: LogHead = { epoch: "", offset: 0, at: 0, total: 0 };
  #isLoaded = false;
  /** The offset of the newest entry when the log was loaded. */
  #loadedOffset = 0;
  /** The newest entries, at least those that are not stored yet; all of them where to read takes time. */
  #recent: LogEntry[] = [];
  #isWhole = false;
  #isGone = false;

  static isFor({ hasLog }: LogOwner): boolean {
    return hasLog;
  }

  constructor(owner: LogOwner) {
    this.#owner = owner;
    this.#rules = logRules(owner.kind.agentClass.options?.log);
  }

  start(): PromiseLike<void> | undefined {
    if (this.#isLoaded) return undefined;
    const { address, storage } = this.#owner;
    if (storage.logHead === undefined || storage.history === undefined) {
      throw new Error(
        `Cannot start ${address.agent}: static options.log needs a storage that keeps logs, and the host's keeps none`,
      );
    }
    const head = storage.logHead(address);
    if (isThenable(head)) return this.#loadAll(head as Promise<LogHead>);
    this.#take(head);
  }

  /** How far it is; `undefined` before it is loaded. */
  get offset(): number | undefined {
    return this.#isLoaded ? this.#head.offset : undefined;
  }

  /**
   * Appends what is broadcast next, in one commit with what else is written
   * in this turn. Throws, and appends nothing, for what it can't keep.
   */
  append(data: SocketData, without: readonly string[] | undefined): void {
    const { address, connections, host, kind, outbox, storage, writes } =
      this.#owner;
    // Its clients have been closed: nobody hears the message either.
    if (this.#isGone) return;
    this.#assertLoaded("broadcast");
    if (!isLoggable(data, kind.agentClass, address.agent)) return;
    const { epoch, offset, total } = this.#head;
    const at = this.#now();
    const names = without &&
      [...new Set(without.flatMap((id) => this.#namesOf(id)))];
    const entry = entryOf(data, { offset: offset + 1, at, total }, names);
    const size = entry.total - total;
    const { logBytes } = host.limits;
    if (size > logBytes) {
      throw new RangeError(
        `Cannot broadcast: limits.logBytes lets the log have ${logBytes} bytes: received ${size}`,
      );
    }
    const head: LogHead = {
      epoch: epoch || crypto.randomUUID().slice(0, 8),
      offset: entry.offset,
      at,
      total: entry.total,
    };
    const keep = this.#bounds(head, at);
    writes.saveLog({ epoch: head.epoch, entries: [entry], keep });
    this.#head = head;
    // What was pending before is stored now.
    if (outbox === undefined && !this.#isWhole) this.#recent = [];
    if (!storage.gated) this.#recent.push(entry);
    while (this.#recent.length > 1 && !isKept(this.#recent[0], keep)) {
      this.#recent.shift();
    }
    if (epoch === "") this.#tellEpoch();
    for (const id of new Set(without)) {
      const client = connections.link(id);
      if (client?.extended) client.send(skipFrame(1));
    }
  }

  /** Where a client with extensions begins: what was broadcast since its connection was opened is sent to it anyway. */
  startOf(client: LogClient): LogStart {
    const { epoch } = this.#head;
    const until = client.logOffset ?? this.#loadedOffset;
    const asked = queryValue(client.uri, LOG_KEY);
    const cursor = asked ? parseCursor(asked) : { epoch, offset: until };
    const missed = cursor === undefined
      ? "unknown cursor"
      : this.#missed(cursor, until);
    const isGap = typeof missed === "string";
    const offset = isGap ? until : cursor!.offset;
    return {
      cursor: cursorText({ epoch, offset }),
      gap: isGap ? missed : undefined,
      missed: isGap ? [] : missed,
    };
  }

  /** Sends a client that was here before the log was loaded what it was not sent since: it came back later than others. */
  catchUp(client: LogClient): void {
    const { epoch, offset } = this.#head;
    const from = this.#loadedOffset;
    if (offset === from) return;
    if (from === 0 && client.extended) {
      client.write(cursorFrame({ epoch, offset: 0 }));
    }
    const missed = this.#missed({ epoch, offset: from }, offset);
    if (typeof missed !== "string") return replay(client, { missed });
    client.cut(CloseCode.RESTART, "too much was logged meanwhile");
  }

  /** What was appended after the cursor; without one all there is; `undefined` where it has not got all of it any more. */
  history(after: string | undefined): LoggedMessage[] | undefined {
    this.#assertLoaded("read the log");
    const { epoch, offset } = this.#head;
    const cursor = after === undefined ? undefined : parseCursor(after);
    if (after !== undefined && cursor === undefined) return undefined;
    const found = cursor === undefined
      ? this.#read(0).filter(this.#isReadable())
      : this.#missed(cursor, offset);
    if (typeof found === "string") return undefined;
    return found.map((entry) => logged(entry, epoch));
  }

  /** The instance is of no use any more. */
  evict(): void {
    this.#isGone = true;
  }

  async #loadAll(head: Promise<LogHead | undefined>): Promise<void> {
    const { address, storage } = this.#owner;
    const found = await head;
    if (found !== undefined) {
      this.#recent = [...await storage.history!(address, 0)];
    }
    this.#isWhole = true;
    this.#take(found);
  }

  #take(head: LogHead | undefined): void {
    if (head !== undefined) this.#head = head;
    this.#loadedOffset = this.#head.offset;
    this.#isLoaded = true;
  }

  #assertLoaded(what: string): void {
    if (this.#isLoaded) return;
    throw new Error(
      `Cannot ${what} in a constructor: the log is not loaded yet; do it in onStart`,
    );
  }

  /** The ids by which the client of this connection is known when it comes back. */
  #namesOf(id: string): string[] {
    const wished = this.#owner.connections.link(id)?.wishedId;
    return wished === undefined || wished === id ? [id] : [id, wished];
  }

  /** The whole milliseconds; never less than those of the newest entry, also when the clock was set back. */
  #now(): number {
    return Math.max(this.#head.at, Math.floor(this.#owner.host.wall()));
  }

  /** What is kept when this is the newest entry, at that time. */
  #bounds({ offset, total }: LogHead, now: number): LogBounds {
    const { messages, ms } = this.#rules;
    return {
      offsetAbove: Math.max(0, offset - messages),
      since: Math.max(0, now - ms),
      totalAbove: Math.max(0, total - this.#owner.host.limits.logBytes),
    };
  }

  #isReadable(): (entry: LogEntry) => boolean {
    const bounds = this.#bounds(this.#head, this.#now());
    return (entry) => isKept(entry, bounds);
  }

  /** The entries after the cursor up to the offset `until`, or why they are not all there. */
  #missed(cursor: Cursor, until: number): readonly LogEntry[] | LogGap {
    const { epoch, offset } = cursor;
    const isOfThis = epoch === this.#head.epoch ||
      (epoch === "" && offset === 0);
    if (!isOfThis || offset > until) return "unknown cursor";
    if (offset === until) return [];
    const found = this.#read(offset);
    const [oldest] = found;
    if (oldest?.offset !== offset + 1 || !this.#isReadable()(oldest)) {
      return "too old";
    }
    return found.slice(0, until - offset);
  }

  #read(after: number): readonly LogEntry[] {
    const recent = this.#recent;
    const first = recent[0]?.offset ?? Infinity;
    if (this.#isWhole || first <= after + 1) {
      return recent.slice(Math.max(0, after + 1 - first));
    }
    const { address, storage } = this.#owner;
    const stored = storage.history!(address, after) as readonly LogEntry[];
    return [...stored.filter(({ offset }) => offset < first), ...recent];
  }

  /** The log has got a name: its clients can say now where they are in it. */
  #tellEpoch(): void {
    const frame = cursorFrame({ epoch: this.#head.epoch, offset: 0 });
    for (const client of this.#owner.connections.links()) {
      if (client.extended) client.send(frame);
    }
  }
}

function isKept(
  { offset, at, total }: LogEntry,
  { offsetAbove, since, totalAbove }: LogBounds,
): boolean {
  return offset > offsetAbove && at >= since && total > totalAbove;
}
