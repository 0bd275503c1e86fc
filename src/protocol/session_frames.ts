/** The key in the query by which a client says that it wants a session, {@linkcode OFFER}, or goes on with the session that it has, {@linkcode RESUME}. */
export const SESSION_KEY = "_session";

/** The value of {@linkcode SESSION_KEY} of a client that has no session. */
export const OFFER = "1";
/** The value of {@linkcode SESSION_KEY} of a client that has a session. Its first frame is a {@linkcode ResumeFrame}. */
export const RESUME = "resume";

/** Begins what either side sends to say how many messages it has received. A number follows. */
const ACK = '{"type":"roam_ack","received":';

/** Says that so many messages of this session have been received. */
export function ackFrame(received: number): string {
  return `${ACK}${received}}`;
}

/** The number of the acknowledgement that `text` is; `undefined` when it is none. */
export function ackNumber(text: string): number | undefined {
  return text.startsWith(ACK) ? parseInt(text.slice(ACK.length)) : undefined;
}

/** The first frame of a client that wants to go on with a session. */
export interface ResumeFrame {
  readonly type: "roam_resume";
  /** The secret that the last hello had. */
  readonly session: string;
  /** How many messages of the server the client has received. */
  readonly received: number;
  /** The number of the newest of its own messages that the client can't send again, 0 for none. */
  readonly lost: number;
}

/** Whether `text` is such a frame, also one that is malformed: it has a secret in it. */
export function isResume(text: string): boolean {
  return text.startsWith('{"type":"roam_resume"');
}

/** The frame in `data`, or `undefined` when it is another one. */
export function parseResume(
  data: string | ArrayBuffer,
): ResumeFrame | undefined {
  // Whoever sends a large one first is somebody else.
  if (typeof data !== "string" || data.length > 256) return undefined;
  let frame: ResumeFrame | null;
  try {
    frame = JSON.parse(data);
  } catch {
    return undefined;
  }
  return frame?.type === "roam_resume" && typeof frame.session === "string" &&
      isCount(frame.received) && isCount(frame.lost)
    ? frame
    : undefined;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && value as number >= 0;
}
