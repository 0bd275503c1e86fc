import { serveError } from "../protocol/agent_name.ts";

/** What `static options.log` says of the log of an agent's broadcasts. */
export interface LogOptions {
  /** How many messages it has at most; the oldest go. Default 1,000. */
  readonly messages?: number;
  /** How many milliseconds a message stays in it. Default 86,400,000, a day. */
  readonly ms?: number;
}

/** The options with their defaults. */
export type LogRules = Required<LogOptions>;

const DEFAULTS: LogRules = { messages: 1000, ms: 24 * 60 * 60 * 1000 };

/** The options of a class that has a log. */
export function logRules({ messages, ms }: LogOptions = {}): LogRules {
  return {
    messages: messages ?? DEFAULTS.messages,
    ms: ms ?? DEFAULTS.ms,
  };
}

/** Throws a `TypeError` for a declaration that can't be meant. */
export function assertLogOptions(
  className: string,
  log: LogOptions | undefined,
): void {
  if (log === undefined) return;
  const problem = typeof log !== "object" || log === null
    ? "it must be { messages, ms }"
    : Object.keys(log).some((key) => !Object.hasOwn(DEFAULTS, key))
    ? "it has messages and ms only"
    : isCount(logRules(log).messages)
    ? isCount(logRules(log).ms)
      ? undefined
      : "ms must be a whole number of milliseconds, at least 1"
    : "messages must be a whole number, at least 1";
  if (problem === undefined) return;
  throw serveError(
    className,
    `static options.log: ${problem}: received ${JSON.stringify(log)}`,
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && value as number >= 1;
}
