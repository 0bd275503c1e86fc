import { exchange } from "./echo.ts";
import type { Peer } from "./peer.ts";

/** Calls to make on open connections. */
export interface CallsJob {
  readonly type: "calls";
  readonly messages: number;
  /** Unanswered calls of one connection. */
  readonly inFlight: number;
}

// An id as long as those that clients make. All calls may have the same one.
const ID = "0b7de0d6-9a3c-4c52-a8c1-6a0f0f1d7f43";
const CALL = `{"args":[20,22],"id":"${ID}","method":"add","type":"rpc"}`;
const ANSWER =
  `{"done":true,"id":"${ID}","result":42,"success":true,"type":"rpc"}`;

/** Makes a call for each that was answered; every answer has the same size. */
export function calls(peers: readonly Peer[], job: CallsJob): Promise<void> {
  const message = new TextEncoder().encode(CALL);
  return exchange(peers, job, message, ANSWER.length);
}
