import { CloseCode } from "../protocol/close_codes.ts";

/** What can be closed on the library's behalf. */
interface Cuttable {
  cut(code: number, reason: string): void;
}

/** Closes a connection of which more frames wait than may. */
export function cutForBacklog(connection: Cuttable): void {
  connection.cut(CloseCode.OVERLOAD, "too many messages waiting");
}

/** Closes a connection that its socket can't keep while the instance is not in memory. */
export function cutForSize(connection: Cuttable): void {
  connection.cut(CloseCode.INTERNAL, "connection too large to keep");
}
