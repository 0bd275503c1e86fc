/** A message in the log of an instance. */
export interface LogEntry {
  /** Counts the messages of a log from 1, without a hole. */
  readonly offset: number;
  /** When it was appended, in whole milliseconds since 1970; never earlier than the entry before. */
  readonly at: number;
  /** Bytes of this message and of all before it, also of those that were removed. */
  readonly total: number;
  /** Whether it is a text, and `data` that in UTF-8. */
  readonly isText: boolean;
  /** The message. It MUST come back byte for byte, also where it is empty. */
  readonly data: Uint8Array;
  /** Ids of the connections that it was not for. */
  readonly without?: readonly string[];
}

/** What is appended to the log of an instance. */
export interface LogWrite {
  /** Tells this log from every other one. The same in all writes, until everything of the instance is removed. */
  readonly epoch: string;
  /** At least one, in the order of their offsets, which go on from the newest that is stored. */
  readonly entries: readonly LogEntry[];
  /** What remains of the entries, these and those stored before. */
  readonly keep: LogBounds;
}

/**
 * Which entries remain: those of which all three are true, as they are of the
 * newest. None of the three ever gets less from one entry to the next, so those
 * that go are the oldest. Whole numbers from 0 on.
 */
export interface LogBounds {
  /** Their offset is greater. */
  readonly offsetAbove: number;
  /** They were appended then or later. */
  readonly since: number;
  /** Their total is greater. */
  readonly totalAbove: number;
}

/** The newest entry of a log, without its message. */
export interface LogHead {
  /** As it was written. */
  readonly epoch: string;
  /** Of the newest entry. */
  readonly offset: number;
  /** Of the newest entry. */
  readonly at: number;
  /** Of the newest entry. */
  readonly total: number;
}
