import type { HostEvent } from "../src/runtime/events.ts";
import type { EventView } from "./messages.ts";

/** An event, and when it was. */
export interface TimedEvent {
  readonly at: number;
  readonly event: HostEvent;
}

/** Why a connection was closed by the library, and what helps. */
const CUTS: Readonly<Record<string, string>> = {
  "rate limited":
    "It sent more than limits.messagesPerSecond. Send less, or raise that limit.",
  "message too big":
    "Its message is larger than limits.messageBytes. Split it, or raise that limit.",
  "slow consumer":
    "It does not take what it is sent, and limits.bufferedBytes were waiting. Send less, or raise that limit.",
  "too many messages waiting":
    "onConnect or onMessage takes longer than messages come: see limits.waitingFrames and limits.pendingMessages.",
  "onConnect took too long":
    "onConnect did not settle within limits.connectMs: does it await something that never comes?",
  "too many connections":
    "The instance has limits.connectionsPerInstance. Spread clients over several names, or raise that limit.",
  "too much waits for the store":
    "The storage is slower than what is sent: see limits.bufferedBytes.",
  "connection too large to keep":
    "What connection.setState() keeps with the socket is larger than the platform allows.",
  "internal error": "A handler threw: see the error beside this.",
};

const STAGES: Readonly<Record<string, string>> = {
  onStart: "The instance did not start; the next request tries again.",
  onConnect: "The client was refused with 1011, and will try again.",
  getConnectionTags: "The client was refused with 1011, and will try again.",
  commit:
    "Nothing of the change was kept, and the connections were closed. Is the disk full, or the storage gone?",
  validateStateChange: "The client was told that its write was rejected.",
  schedule: "The job was given up: run it again under Schedules.",
  uncaught: "Catch it where it is thrown, or await the promise.",
};

/** What went wrong, the latest first, each with what helps where that is known. */
export function eventViews(events: readonly TimedEvent[]): EventView[] {
  return events.map(({ at, event }) => {
    const { agent = "", name } = event as { agent?: string; name?: string };
    const where = name === undefined ? agent : `${agent} ${name}`;
    return { at, type: event.type, where, ...told(event) };
  }).reverse();
}

function told(event: HostEvent): { text: string; cure?: string } {
  switch (event.type) {
    case "refused": {
      const { advice, reason, status } = event;
      return { text: `${status} ${reason}`, cure: advice };
    }
    case "cut":
      return {
        text: `Closed with ${event.code}: ${event.reason}`,
        cure: CUTS[event.reason ?? ""],
      };
    case "failed":
      return {
        text: `${event.stage}: ${messageOf(event.error)}`,
        cure: STAGES[event.stage],
      };
    case "uncaught":
      return { text: messageOf(event.error), cure: STAGES.uncaught };
    default:
      return { text: "" };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : `${error}`;
}
