/**
 * The frames that carry the state, their keys in one order (PROTOCOL.md). Where
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

/** What a frame to a client says of the state: all of it, or what has changed since the frame before. */
export type StateFrameKind = "state" | "patch";

/** What becomes of a frame that can't be sent now: one about the state is superseded by the next whole one, and a volatile one is of no use on another connection. */
export type FrameKind = StateFrameKind | "volatile";

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

/** What makes this revision of the one before it, for clients that announced patches. `operations` is JSON. */
export function statePatchFrame(operations: string, rev: number): string {
  return `{"type":"roam_state_patch","rev":${rev},"ops":${operations}}`;
}

/**
 * What a client says in its query about patches: that it takes them, and
 * which version of the state it knows, if any.
 */
export const PATCH_KEY = "_patch";

/** The value of {@linkcode PATCH_KEY} for a version of the state of the instance with this tag. */
export function knownVersion({ epoch, rev }: Version, tag: string): string {
  return `${rev}:${tag}:${epoch}`;
}

/** The revision that `known` says, as it stands in a query, if it is of this instance and epoch. */
export function knownRev(
  known: string | null,
  epoch: string,
  tag: string,
): number | undefined {
  // Those who make queries escape colons.
  known = known && known.replace(/%3a/gi, ":");
  if (!known?.endsWith(`:${tag}:${epoch}`)) return undefined;
  const rev = Number(known.slice(0, known.indexOf(":")));
  return Number.isSafeInteger(rev) ? rev : undefined;
}

/** What the hello says of the log. */
export interface HelloLog {
  /** The cursor of the client. */
  readonly cursor: string;
  /** Why the cursor is not the one that the client asked for. */
  readonly gap: string | undefined;
}

/** What the hello says besides the version of the state. What is `undefined` is left out. */
export interface HelloKeys {
  /** The id of the connection, where that is not the one that the client asked for. */
  readonly id: string | undefined;
  /** `false` when neither identity, nor state, nor MCP frame follow. */
  readonly greeting: false | undefined;
  /** When patches go both ways: a tag of the instance, for the client to say whose state it knows. */
  readonly patch: string | undefined;
  /** Where in the log the client begins, of an agent that has one. */
  readonly log: HelloLog | undefined;
  /** The largest message that the client may send, in bytes. */
  readonly messageBytes: number | undefined;
  /** The largest state that it may write, in bytes of JSON. */
  readonly stateBytes: number | undefined;
  /** What the client proves itself with when it comes back on another socket. */
  readonly session: string | undefined;
  /** Milliseconds in which the client may come back, after this connection broke. */
  readonly sessionMs: number | undefined;
  /** How many messages of the client have been received, if it has come back. */
  readonly received: number | undefined;
  /** Why the client could not come back, if it wanted to. */
  readonly gap: string | undefined;
}

/** The very first frame to a client that announced the extensions. */
export function helloFrame(version: Version, keys: HelloKeys): string {
  const more = JSON.stringify(keys).slice(1);
  return `{"type":"roam_hello","version":1,${versionKeys(version)}${
    more === "}" ? more : `,${more}`
  }`;
}

/** The write with this id was accepted, as revision `rev`, and is durable. */
export function stateAckFrame(id: string, rev: number): string {
  return `{"type":"roam_state_ack","id":${JSON.stringify(id)},"rev":${rev}}`;
}

/** A write was refused, and this is the state that stays. */
export function stateRefusalFrame(
  error: string,
  code: RefusalCode | string,
  id: string | undefined,
  version: Version,
  state: string | undefined,
): string {
  return `{"type":"cf_agent_state_error","error":${JSON.stringify(error)},${
    id === undefined ? "" : `"id":${JSON.stringify(id)},`
  }"code":${JSON.stringify(code)},${versionKeys(version)}${
    state === undefined ? "" : `,"state":${state}`
  }}`;
}

function versionKeys({ epoch, rev }: Version): string {
  return `"epoch":${JSON.stringify(epoch)},"rev":${rev}`;
}
