import type { SocketData } from "../ports/socket.ts";
import {
  type ClientFrame,
  mayBeClientFrame,
  parseClientFrame,
} from "../protocol/frames.ts";
import { PING, PONG } from "../protocol/heartbeat.ts";
import { markNumber } from "../protocol/marks.ts";
import { ackNumber, isResume } from "../protocol/session_frames.ts";
import type { FrameKind } from "../protocol/state_frames.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Handlers, Invoker } from "../runtime/invoker.ts";
import type { ConnectionScope } from "../runtime/scope.ts";
import { cutForBacklog } from "./cuts.ts";
import { FrameBuffer } from "./frame_buffer.ts";

/** Begins what extended clients send of which there is much. */
const ROAM = '{"type":"roam_';

/** Both sides of a session tell how many messages have come. */
interface Acknowledging {
  /** Tells the client. */
  acknowledge(): void;
  /** The client tells. */
  acknowledged(received: number): void;
}

/** An accepted connection, as what arrives on it sees it. */
export interface Receiver extends ConnectionScope {
  readonly owner: {
    readonly agent: Handlers;
    readonly host: HostServices;
    readonly invoker: Invoker;
    readonly parts: FrameHandler;
  };
  /** Whether the client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** This side has closed it: nothing of it is heard any more. What a peer sent before it left is. */
  readonly isClosedHere: boolean;
  /** Messages that wait for their turn, of an agent that is `serial`. */
  queue: FrameBuffer | undefined;
  /** Where it goes on when the socket breaks, if its client wants that. */
  readonly session: Acknowledging | undefined;
  transmit(data: SocketData, kind?: FrameKind): void;
  /** The client has read up to this mark. */
  seen(mark: number): void;
  cut(code: number, reason: string): void;
}

/** Who answers the frames that are for the library. */
export interface FrameHandler {
  /** `text` is how `frame` was spelled. */
  frame(client: Receiver, frame: ClientFrame, text: string): void;
  /** Whether a part still works on something for this client. */
  isServing(client: Receiver): boolean;
  /** Has the part be there that wants such frames: it is told when a connection closes. */
  wake(type: ClientFrame["type"]): void;
}

/** Brings what a client sent to whom it is for: a frame to the part that wants it, all else to `onMessage`. */
export function deliver(client: Receiver, data: string | ArrayBuffer): void {
  const { owner } = client;
  if (typeof data === "string") {
    if (client.extended) {
      if (data === PING) {
        client.session?.acknowledge();
        return client.transmit(PONG, "volatile");
      }
      if (data.startsWith(ROAM)) {
        const mark = markNumber(data);
        if (mark !== undefined) return client.seen(mark);
        const received = ackNumber(data);
        if (received !== undefined) {
          return client.session?.acknowledged(received);
        }
        // Of a client that can't go on here: the hello has told it.
        if (isResume(data)) return;
      }
    }
    if (mayBeClientFrame(data)) {
      const frame = parseClientFrame(data);
      if (frame !== undefined) return owner.parts.frame(client, frame, data);
    }
  }
  if (owner.invoker.isSerial) return enqueue(client, data);
  owner.invoker.message(client, data);
}

/** Has a message wait for its turn, within the bounds of a handshake. */
function enqueue(client: Receiver, data: string | ArrayBuffer): void {
  const { host, invoker } = client.owner;
  const queue = client.queue ??= new FrameBuffer(host.limits);
  if (!queue.keepIncoming(data)) return cutForBacklog(client);
  invoker.run("onMessage", client, () => {
    const next = queue.takeIncoming();
    if (!client.isClosedHere) return invoker.observed(client, next);
  });
}
