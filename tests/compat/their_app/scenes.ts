import type { TestClient } from "../../support/clients/client.ts";
import type { App } from "./check.ts";
import { MCP, take } from "./frames.ts";

/** A board that nobody has changed. */
export const fresh = { title: "Untitled", cards: [], updatedBy: null };

/** Two in a chat room, Ada first; Bob's arrival is the first thing she hears. */
export async function two(app: App, room: string, role = "member") {
  const path = `/agents/chat-room/${room}`;
  const ada = await app.open(`${path}?_pk=ada&user=ada&role=${role}`);
  await take(ada, 3);
  const bob = await app.open(`${path}?_pk=bob&user=bob`);
  await take(bob, 3);
  return [ada, bob];
}

/** Two at a board, who have seen its state. */
export async function board(app: App, name: string) {
  const path = `/agents/board/${name}`;
  const ada = await app.open(`${path}?_pk=ada`);
  await greeting(ada);
  const bob = await app.open(`${path}?_pk=bob`);
  await greeting(bob);
  return [ada, bob];
}

/** All messages up to the last frame that begins a connection. */
export async function greeting(client: TestClient): Promise<unknown[]> {
  const messages: unknown[] = [];
  do messages.push(...await take(client, 1)); while (
    (messages.at(-1) as { type?: string }).type !== MCP.type
  );
  return messages;
}

/** What comes before the answer to a call of `method`. */
export async function until(
  client: TestClient,
  method: string,
): Promise<unknown[]> {
  client.send(JSON.stringify({ args: [], id: method, method, type: "rpc" }));
  const before: unknown[] = [];
  while (true) {
    const [message] = await take(client, 1) as { type?: string }[];
    if (message.type === "rpc") return before;
    before.push(message);
  }
}

export function line(user: string, sent: number, text: string) {
  return { type: "line", user, sent, text };
}

export function changed(who: string, title: string) {
  return { type: "changed", who, title };
}

export function done(id: string, result: unknown) {
  return { done: true, id, result, success: true, type: "rpc" };
}

export function piece(id: string, result: unknown) {
  return { done: false, id, result, success: true, type: "rpc" };
}

export function failed(id: string, error: string) {
  return { error, id, success: false, type: "rpc" };
}
