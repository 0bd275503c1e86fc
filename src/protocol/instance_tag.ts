import type { AgentAddress } from "../ports/agent_address.ts";

/**
 * A short text that tells an instance from others: all whose state was never
 * stored have the same epoch. FNV-1a, see
 * https://www.rfc-editor.org/rfc/rfc9923
 */
export function instanceTag({ agent, name }: AgentAddress): string {
  let hash = 0x811c9dc5;
  const text = `${agent}\n${name}`;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
