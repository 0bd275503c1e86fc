/** The keys of the base protocol's frames, in their order. */
const KEYS: Record<string, string[]> = {
  cf_agent_identity: ["name,agent,type", "name,agent,type,stateFollows"],
  cf_agent_state: ["state,type"],
  cf_agent_state_error: ["type,error"],
  cf_agent_mcp_servers: ["mcp,type"],
  rpc: [
    "done,id,success,type",
    "done,id,result,success,type",
    "error,id,success,type",
  ],
};

/** Whether a server that speaks the base protocol would not have sent this. */
export function isForeign(message: unknown): boolean {
  if (typeof message !== "string") return false;
  if (message.startsWith("roam:")) return true;
  let frame: unknown;
  try {
    frame = JSON.parse(message);
  } catch {
    return false;
  }
  if (typeof frame !== "object" || frame === null) return false;
  const type = String((frame as { type?: unknown }).type);
  if (type.startsWith("roam_")) return true;
  return KEYS[type]?.includes(Object.keys(frame).join()) === false;
}
