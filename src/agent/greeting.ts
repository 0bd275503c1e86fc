import { queryValue } from "../protocol/address.ts";
import { identityFrame, MCP_SERVERS_FRAME } from "../protocol/frames.ts";
import { helloFrame } from "../protocol/state_frames.ts";
import { instanceTag } from "../protocol/instance_tag.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import type { Link } from "../connections/link.ts";
import { type LogStart, replay } from "../log/replay.ts";
import type { SharedState } from "../state/shared_state.ts";
import type { AgentKind } from "./agent_kind.ts";

/** A wait in milliseconds that the timers of every runtime can do. */
const LONGEST_MS = 1e9;

/** The instance that greets. */
export interface Greeter {
  readonly kind: AgentKind;
  readonly name: string;
  readonly address: AgentAddress;
  readonly state: SharedState;
  readonly parts: { greet(link: Link): void };
  /** There where the class logs what it broadcasts. */
  readonly log:
    | { startOf(link: Link): LogStart; catchUp(link: Link): void }
    | undefined;
}

/** Sends an accepted connection the library's first frames, in the order that clients of Cloudflare's SDK expect. */
export function greet(
  greeter: Greeter,
  link: Link,
): void {
  // Who goes on with a session is sent what it missed by that.
  const isNew = link.session?.resumed === undefined;
  const start = link.extended && isNew ? greeter.log?.startOf(link) : undefined;
  if (link.extended) link.write(hello(greeter, link, start), "volatile");
  if (link.protocol) introduce(greeter, link);
  if (start !== undefined) replay(link, start);
}

/** Sends a connection that has come from another process later than others what those were sent meanwhile. */
export function catchUp({ log, state }: Greeter, link: Link): void {
  if (link.protocol) state.catchUp(link);
  log?.catchUp(link);
}

function introduce({ kind, name, state, parts }: Greeter, link: Link): void {
  if (kind.agentClass.options?.sendIdentityOnConnect !== false) {
    const { agentName } = kind;
    const frame = identityFrame(name, agentName, state.isSentWhole(link));
    link.write(frame, "volatile");
  }
  parts.greet(link);
  link.write(MCP_SERVERS_FRAME, "volatile");
}

function hello(
  { state, address }: Greeter,
  link: Link,
  start: LogStart | undefined,
): string {
  const { messageBytes, stateBytes, sessionMs } = link.owner.host.limits;
  const { session } = link;
  return helloFrame(state, {
    id: link.id === queryValue(link.uri, "_pk") ? undefined : link.id,
    greeting: link.protocol ? undefined : false,
    patch: link.patches ? instanceTag(address) : undefined,
    log: start && { cursor: start.cursor, gap: start.gap },
    messageBytes: finite(messageBytes),
    stateBytes: finite(stateBytes),
    session: session?.secret,
    sessionMs: session && Math.min(sessionMs, LONGEST_MS),
    received: session?.resumed,
    gap: session?.gap,
  });
}

/** JSON has no word for a limit that is none. */
function finite(limit: number): number | undefined {
  return limit < Infinity ? limit : undefined;
}
