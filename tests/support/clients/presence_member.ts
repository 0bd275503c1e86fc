import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Suite } from "../suite.ts";
import type { TestClient } from "./client.ts";
import { type Frame, greeting } from "./state_client.ts";

/** A client that takes part in presence, and what it has been told of the others. */
export interface Member {
  readonly id: string;
  readonly client: TestClient;
  readonly others: Map<string, unknown>;
  /** All frames that it has been sent about them. */
  readonly frames: Frame[];
}

/** Connects, shows `value`, and is told what the others show. */
export async function join(
  server: Suite,
  path: string,
  id: string,
  value?: unknown,
): Promise<Member> {
  const client = await server.open(`${path}?_roam=1&_pk=${id}`);
  await greeting(client);
  show(client, value);
  const member = { id, client, others: new Map(), frames: [] };
  const { all } = await next(member);
  assert.ok(Array.isArray(all), "all others come first");
  return member;
}

/** Shows `value`, or nothing. */
export function show(client: TestClient, value?: unknown): void {
  client.send(presenceFrame(value));
}

/** The frame by which a client shows `value`, or nothing. */
export function presenceFrame(value?: unknown): string {
  return JSON.stringify({ type: "roam_presence", value });
}

/** The next frame, which MUST be about presence, followed as PROTOCOL.md says. */
export async function next(member: Member): Promise<Frame> {
  const { id, client, others, frames } = member;
  const frame = JSON.parse(await client.next() as string);
  assert.equal(frame.type, "roam_presence", JSON.stringify(frame));
  frames.push(frame);
  if (frame.all) others.clear();
  for (const gone of frame.gone ?? []) others.delete(gone);
  for (const [other, value] of [...frame.all ?? [], ...frame.set ?? []]) {
    if (other !== id) others.set(other, value);
  }
  return frame;
}

/** Reads until the client knows that the others show this. */
export async function sees(
  member: Member,
  others: Record<string, unknown>,
): Promise<void> {
  while (!isDeepStrictEqual(Object.fromEntries(member.others), others)) {
    await next(member);
  }
}
