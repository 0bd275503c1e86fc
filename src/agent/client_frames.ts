import {
  callErrorFrame,
  parseClientFrame,
  stateErrorFrame,
} from "../protocol/frames.ts";
import type { Link } from "./link.ts";

/** Answers a frame that is for the library; `false` when it is the user's. */
export function answerClientFrame(link: Link, text: string): boolean {
  const frame = parseClientFrame(text);
  if (frame === undefined) return false;
  if (frame.type === "rpc") {
    const error = `Method ${frame.method} does not exist`;
    link.send(callErrorFrame(frame.id, error));
  } else {
    link.send(stateErrorFrame("State update rejected"));
  }
  return true;
}
