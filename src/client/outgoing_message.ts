/** What a WebSocket takes. */
export type ClientData = Parameters<WebSocket["send"]>[0];

/** What is sent now, or waits for a connection. */
export interface OutgoingMessage {
  readonly data: ClientData;
  /** Whether it is on its way. The application's own messages do not ask. */
  isSent?: boolean;
}

/** The bytes of a message; of a text at least, and where it is ASCII exactly. */
export function sizeOf(data: ClientData): number {
  return typeof data === "string"
    ? data.length
    : (data as ArrayBuffer).byteLength ?? (data as Blob).size;
}
