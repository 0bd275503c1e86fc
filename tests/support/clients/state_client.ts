import assert from "node:assert/strict";
import type { TestClient } from "./client.ts";

// deno-lint-ignore no-explicit-any -- frames of any type
export type Frame = any;

/** The next frame of the protocol of this type; fails at another one of a state. */
export async function frame(client: TestClient, type: string): Promise<Frame> {
  while (true) {
    const parsed = JSON.parse(await client.next() as string);
    if (parsed.type === type) return parsed;
    assert(
      !/state/.test(String(parsed.type)),
      `${type} expected: received ${JSON.stringify(parsed)}`,
    );
  }
}

/** The state in the next state frame. */
export async function nextState(client: TestClient): Promise<Frame> {
  return (await frame(client, "cf_agent_state")).state;
}

/** Reads the first frames of a connection, up to the last of them. */
export async function greeting(client: TestClient): Promise<Frame[]> {
  const frames: Frame[] = [];
  do frames.push(JSON.parse(await client.next() as string)); while (
    frames.at(-1).type !== "cf_agent_mcp_servers"
  );
  return frames;
}

/** Writes the state as a client does; `more` are the keys of the extensions. */
export function write(
  client: TestClient,
  state: unknown,
  more: Record<string, unknown> = {},
): void {
  client.send(JSON.stringify({ state, type: "cf_agent_state", ...more }));
}

/** The state as the server has it, read over HTTP. */
export async function stored(url: string): Promise<Frame> {
  const response = await fetch(url);
  return (await response.json()).state;
}

/** Asserts that nothing is on its way to the client: the answer to a message comes next. */
export async function silent(client: TestClient): Promise<void> {
  client.send('["get"]');
  const next = await client.next();
  assert.match(next as string, /^\{"get":/);
}
