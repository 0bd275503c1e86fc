/** What a client sends to see whether the connection lives. */
export const PING = "roam:ping";

/** The answer of the server. */
export const PONG = "roam:pong";

/** Messages of more bytes are announced to clients that announced the extensions. */
export const LARGE_BYTES = 65_536;

/** The next message has about so many bytes: a client that hears nothing for the time they take is not to give up. */
export function largeFrame(bytes: number): string {
  return `{"type":"roam_large","bytes":${bytes}}`;
}
