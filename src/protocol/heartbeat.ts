/** What a client sends to see whether the connection lives. */
export const PING = "roam:ping";

/** The answer of the server. */
export const PONG = "roam:pong";
