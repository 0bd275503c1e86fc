/**
 * The JSON text frames of the wire, with the types and keys of Cloudflare's
 * SDK (PROTOCOL.md). Everything else on the socket is the user's.
 */

import { isLargerThan } from "./byte_size.ts";

/** A frame of a client that is for the library. */
export type ClientFrame =
  | StateFrame
  | PatchFrame
  | CallFrame
  | CancelFrame
  | PresenceFrame;

/** A client's wish to replace the state. */
export interface StateFrame {
  readonly type: "cf_agent_state";
  readonly state: unknown;
}

/** A client's wish to change the state where it is at the revision that the client says. */
export interface PatchFrame {
  readonly type: "roam_state_patch";
  readonly ops: readonly unknown[];
}

/** What a client shows of itself; without a value it shows nothing any more. */
export interface PresenceFrame {
  readonly type: "roam_presence";
  readonly value?: unknown;
}

/** A client's call of a method. */
export interface CallFrame {
  readonly type: "rpc";
  readonly id: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A client's wish to have a call end. */
export interface CancelFrame {
  readonly type: "roam_cancel";
  readonly id: string;
}

/** The first frame of a connection: who is at the other end, and whether its state comes next. */
export function identityFrame(
  name: string,
  agent: string,
  stateFollows: boolean,
): string {
  return `{"name":${JSON.stringify(name)},"agent":${
    JSON.stringify(agent)
  },"type":"cf_agent_identity"${stateFollows ? ',"stateFollows":true' : ""}}`;
}

/** The third frame of a connection. Clients of Cloudflare's SDK wait for it. */
export const MCP_SERVERS_FRAME =
  '{"mcp":{"prompts":[],"resources":[],"servers":{},"tools":[]},"type":"cf_agent_mcp_servers"}';

/** The answer to a state frame that was not accepted. */
export function stateErrorFrame(error: string): string {
  return `{"type":"cf_agent_state_error","error":${JSON.stringify(error)}}`;
}

/** Which frames clients may send, and what makes one well-formed: what is not is the user's. */
const WELL_FORMED: {
  readonly [Type in ClientFrame["type"]]: (
    frame: Readonly<Record<string, unknown>>,
  ) => boolean;
} = {
  rpc: ({ id, method, args }) =>
    typeof id === "string" && typeof method === "string" && Array.isArray(args),
  cf_agent_state: (frame) => Object.hasOwn(frame, "state"),
  roam_state_patch: ({ ops }) => Array.isArray(ops),
  roam_cancel: ({ id }) => typeof id === "string",
  roam_presence: () => true,
};
/** Their types, as they stand in a frame. */
const TYPES = Object.keys(WELL_FORMED).map((type) => `"${type}"`);

const BRACE = 0x7b;
const SPACE = 0x20;

/**
 * Whether `text` can be a frame for the library: a JSON object in which some
 * `"type"` key is followed by a type of ours. It never misses one, unless the
 * type is written with escapes, which no client does; JSON decides the rest.
 */
export function mayBeClientFrame(text: string): boolean {
  const first = text.charCodeAt(0);
  // NaN, for the empty string, is neither.
  if (first !== BRACE && !(first <= SPACE)) return false;
  let at = text.indexOf('"type"');
  while (at >= 0) {
    at += 6;
    let code = text.charCodeAt(at);
    while (code <= SPACE || code === 0x3a) code = text.charCodeAt(++at);
    for (const type of TYPES) if (text.startsWith(type, at)) return true;
    at = text.indexOf('"type"', at);
  }
  return false;
}

/** What a state frame may have besides the state, in bytes: an `id` of 128 characters, and the other keys. */
export const STATE_ENVELOPE_BYTES = 1024;

/** Whether `data` is a write of the state, whole or a patch, and no larger than one with a state of `stateBytes`. */
export function isWriteWithin(data: unknown, stateBytes: number): boolean {
  return typeof data === "string" &&
    !isLargerThan(data, stateBytes + STATE_ENVELOPE_BYTES) &&
    mayBeClientFrame(data) &&
    // Both are about the state by their type, and no other is.
    !!parseClientFrame(data)?.type.includes("_state");
}

/** The frame in `text`, or `undefined` when it is the user's after all. */
export function parseClientFrame(text: string): ClientFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { type } = value as { type?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(WELL_FORMED, type)) {
    return undefined;
  }
  const frame = value as ClientFrame;
  const isWellFormed = WELL_FORMED[frame.type];
  return isWellFormed(value as Record<string, unknown>) ? frame : undefined;
}
