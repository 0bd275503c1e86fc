import { useAgentStatus } from "@roam/agents/react";
import { useEffect, useState } from "react";
import { statusText } from "../../shared/page/status_text.ts";
import { useThisBoard } from "./use_board.ts";

/** How the connection is doing, and what has not arrived. */
export function Status() {
  const { agent } = useThisBoard();
  const connection = useAgentStatus(agent);
  const { status, pending } = connection;
  useRenderOnNetworkChange();
  useWarning(pending > 0);

  return (
    <div className="state">
      <p className="status" data-status={status} role="status">
        {statusText(connection)}
      </p>
      <span className="pending">{pendingText(status, pending)}</span>
      {status === "reconnecting" && navigator.onLine && (
        <button
          type="button"
          className="quiet"
          onClick={() => agent.reconnect()}
        >
          Try now
        </button>
      )}
    </div>
  );
}

function pendingText(status: string, pending: number): string {
  if (status === "open") return pending === 0 ? "Saved" : "Saving";
  if (pending === 0) return "";
  return pending === 1 ? "1 change waits" : `${pending} changes wait`;
}

/** Has the browser ask before the page is left with changes that have not arrived. */
function useWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return;
    const ask = (event: Event) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isNeeded]);
}

function useRenderOnNetworkChange(): void {
  const [, render] = useState(navigator.onLine);
  useEffect(() => {
    const changed = () => render(navigator.onLine);
    addEventListener("online", changed);
    addEventListener("offline", changed);
    return () => {
      removeEventListener("online", changed);
      removeEventListener("offline", changed);
    };
  }, []);
}
