/**
 * The JSON text frames of the wire, spelled byte for byte as Cloudflare's SDK
 * spells them (PROTOCOL.md). Everything else on the socket is the user's.
 */

/** A frame of a client that is for the library. */
export type ClientFrame = StateFrame | CallFrame | CancelFrame;

/** A client's wish to replace the state. */
export interface StateFrame {
  readonly type: "cf_agent_state";
  readonly state: unknown;
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
    if (text.startsWith('"rpc"', at)) return true;
    if (text.startsWith('"cf_agent_state"', at)) return true;
    if (text.startsWith('"roam_cancel"', at)) return true;
    at = text.indexOf('"type"', at);
  }
  return false;
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
  const { type, id, method, args } = value as Record<string, unknown>;
  if (type === "cf_agent_state") {
    return Object.hasOwn(value, "state") ? value as StateFrame : undefined;
  }
  if (type === "roam_cancel") {
    return typeof id === "string" ? value as CancelFrame : undefined;
  }
  const isCall = type === "rpc" && typeof id === "string" &&
    typeof method === "string" && Array.isArray(args);
  return isCall ? value as CallFrame : undefined;
}
