import type { TestClient } from "../../support/clients/client.ts";

/** The next `count` messages, frames as what they say. */
export async function take(
  client: TestClient,
  count: number,
): Promise<unknown[]> {
  const messages: unknown[] = [];
  while (messages.length < count) messages.push(parsed(await client.next()));
  return messages;
}

/** Sends a call, and returns the frames that answer it; others in between are left out. */
export async function call(
  client: TestClient,
  method: string,
  ...args: unknown[]
): Promise<unknown[]> {
  client.send(JSON.stringify({ args, id: method, method, type: "rpc" }));
  return await answers(client, method);
}

/** The frames that answer the call `id`. */
export async function answers(
  client: TestClient,
  id: string,
): Promise<unknown[]> {
  const frames: unknown[] = [];
  while (true) {
    const [frame] = await take(client, 1) as Record<string, unknown>[];
    if (frame?.type !== "rpc" || frame.id !== id) continue;
    // An extra key, which base clients ignore.
    delete frame.code;
    frames.push(frame);
    if (frame.done === true || frame.success === false) return frames;
  }
}

/** Sends the whole state, as a client does. */
export function write(client: TestClient, state: unknown): void {
  client.send(JSON.stringify({ state, type: "cf_agent_state" }));
}

export const MCP = {
  mcp: { prompts: [], resources: [], servers: {}, tools: [] },
  type: "cf_agent_mcp_servers",
};

/** What a text says: JSON, or itself. */
export function parsed(data: string | ArrayBuffer): unknown {
  if (typeof data !== "string") return { bytes: [...new Uint8Array(data)] };
  try {
    const value = JSON.parse(data);
    // An extra key, which not every version sends.
    if (value?.type === "cf_agent_identity") delete value.stateFollows;
    return value;
  } catch {
    return data;
  }
}
