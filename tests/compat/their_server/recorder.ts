import type { WebSocketClass } from "../../../client.ts";

/** What a client has sent to a server. */
export interface Sent {
  /** The URLs of its connections. */
  readonly urls: string[];
  /** The URLs that it asked why a handshake had failed. */
  readonly probes?: string[];
  readonly messages: unknown[];
}

/** A WebSocket class that writes down in `sent` what passes; `headers` stand for what a page would send by itself. */
export function recording(
  sent: Sent,
  headers: Record<string, string> = {},
): WebSocketClass {
  return class extends WebSocket {
    constructor(url: string, protocols: string | string[] = []) {
      super(url, { headers, protocols: [protocols].flat() });
      sent.urls.push(url);
    }

    override send(data: string): void {
      sent.messages.push(data);
      super.send(data);
    }
  };
}

/** What of it is not in the base protocol. */
export function extensionsIn({ urls, messages }: Sent): string[] {
  return [...urls.flatMap(oddInUrl), ...messages.flatMap(oddInMessage)];
}

const FRAMES: Record<string, string> = {
  cf_agent_state: "state,type",
  rpc: "args,id,method,type",
};

function oddInUrl(url: string): string[] {
  const rest = url.replace(/([?&])_roam=1(&|$)/, "$1");
  return /roam/.test(rest) ? [url] : [];
}

function oddInMessage(message: unknown): string[] {
  if (typeof message !== "string") return [];
  if (message.startsWith("roam")) return [message];
  let frame: Record<string, unknown>;
  try {
    frame = Object(JSON.parse(message));
  } catch {
    return [];
  }
  const keys = FRAMES[frame.type as string];
  const isOdd = keys === undefined
    ? /^roam/.test(String(frame.type))
    : Object.keys(frame).sort().join() !== keys;
  return isOdd ? [message] : [];
}
