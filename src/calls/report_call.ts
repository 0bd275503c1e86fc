import type { Caller } from "./caller.ts";
import type { CallsOwner } from "./owner.ts";

/** Tells who listens that a call has been answered; with `code`, that it failed. */
export function reportCall(
  { host, address }: CallsOwner,
  { id: connection }: Caller,
  method: string | undefined,
  ms: number,
  code: string | undefined,
): void {
  host.emit(() => ({ type: "call", ...address, connection, method, ms, code }));
}
