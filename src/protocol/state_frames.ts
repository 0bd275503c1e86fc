/**
 * The frames that carry the state, spelled byte for byte (PROTOCOL.md). Where
 * a state stands in a frame it is JSON already, so that it is serialised once
 * for all who get it.
 */

/** Where a state stands in the history of its instance. */
export interface Version {
  /** Changes when the stored state was lost, replaced or destroyed. */
  readonly epoch: string;
  /** Counts the changes within the epoch. */
  readonly rev: number;
}

/** Why a write was refused, for programs. */
export type RefusalCode =
  | "REJECTED"
  | "READONLY"
  | "CONFLICT"
  | "TOO_LARGE"
  | "INVALID";

/** The state, as clients of Cloudflare's SDK know it. */
export function stateFrame(state: string): string {
  return `{"state":${state},"type":"cf_agent_state"}`;
}

/** The state, for clients that announced the extensions. */
export function versionedStateFrame(state: string, version: Version): string {
  return `{"state":${state},"type":"cf_agent_state",${versionKeys(version)}}`;
}

/** The very first frame to a client that announced the extensions. */
export function helloFrame(version: Version): string {
  return `{"type":"roam_hello","version":1,${versionKeys(version)}}`;
}

/** The write with this id was accepted, as revision `rev`, and is durable. */
export function stateAckFrame(id: string, rev: number): string {
  return `{"type":"roam_state_ack","id":${JSON.stringify(id)},"rev":${rev}}`;
}

/** A write was refused, and this is the state that stays. */
export function stateRefusalFrame(
  error: string,
  code: RefusalCode,
  id: string | undefined,
  version: Version,
  state: string | undefined,
): string {
  return `{"type":"cf_agent_state_error","error":${JSON.stringify(error)},${
    id === undefined ? "" : `"id":${JSON.stringify(id)},`
  }"code":"${code}",${versionKeys(version)}${
    state === undefined ? "" : `,"state":${state}`
  }}`;
}

function versionKeys({ epoch, rev }: Version): string {
  return `"epoch":${JSON.stringify(epoch)},"rev":${rev}`;
}

/** The heartbeat of a client that announced the extensions, and its answer. */
export const PING = "roam:ping";
/** See {@linkcode PING}. */
export const PONG = "roam:pong";
