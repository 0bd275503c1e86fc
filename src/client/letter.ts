/** What a WebSocket takes. */
export type ClientData = Parameters<WebSocket["send"]>[0];

/** What is sent now, or waits for a connection. */
export interface Letter {
  readonly data: ClientData;
  /** Whether it is on its way. The application's own messages do not ask. */
  isSent?: boolean;
}
