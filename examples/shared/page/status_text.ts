import type { AgentClient } from "@roam/agents/client";

/** How a connection is doing, in words for people. */
export function statusText(
  { status, connectionError }: Pick<AgentClient, "status" | "connectionError">,
): string {
  if (status === "open") return "Connected";
  if (!navigator.onLine) return "You are offline";
  if (status === "connecting") return "Connecting";
  if (status === "reconnecting") return "Connection lost, trying again";
  return connectionError?.reason || "Disconnected";
}
