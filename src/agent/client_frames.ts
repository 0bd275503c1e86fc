import { parseClientFrame } from "../protocol/frames.ts";
import { pollutes } from "../protocol/pollution.ts";
import { answerCall, refuseKeys } from "./calls.ts";
import type { Link } from "./link.ts";

/** Answers a frame that is for the library; `false` when it is the user's. */
export function answerClientFrame(link: Link, text: string): boolean {
  const frame = parseClientFrame(text);
  if (frame === undefined) return false;
  if (frame.type === "rpc") {
    if (pollutes(text, frame)) refuseKeys(link, frame);
    else answerCall(link, frame);
  } else if (frame.type === "roam_cancel") {
    link.calls?.cancel(frame.id);
  } else {
    link.instance.state.receive(link, frame);
  }
  return true;
}
