import type { NodeDuplex, NodeOutgoing } from "./node_types.ts";

/** The answers of each connection that may not be out yet, the oldest first. */
const answers = new WeakMap<object, readonly NodeOutgoing[]>();

/** `outgoing` is going to be sent on `socket`, behind those before it. */
export function answering(
  socket: object | undefined,
  outgoing: NodeOutgoing,
): void {
  if (socket === undefined) return;
  answers.set(socket, [...pendingOn(socket), outgoing]);
}

/**
 * Calls `next` when the answers to earlier requests are out, and returns
 * `true`; `false` when there are none. A client may send a request to upgrade
 * before it has them, and Node, which has let go of the socket then, does not
 * wait: both answers would be on the wire at once.
 */
export function whenAnswered(socket: NodeDuplex, next: () => void): boolean {
  const pending = pendingOn(socket);
  if (pending.length === 0) return false;
  // Node listens no more: without a listener an error would end the process, and an answer that waits for room never go on.
  const drained = () => {
    pending.find(({ socket }) => socket)?.emit("drain");
  };
  socket.on("error", drop);
  socket.on("drain", drained);
  pending[pending.length - 1].on("finish", () => {
    socket.off("error", drop);
    socket.off("drain", drained);
    // Set for the time between two requests.
    socket.setTimeout?.(0);
    next();
  });
  return true;
}

/** Ends a socket that nobody else listens to. */
export function drop(this: NodeDuplex): void {
  this.destroy();
}

function pendingOn(socket: object): readonly NodeOutgoing[] {
  const all = answers.get(socket) ?? [];
  // All may be written, and Node not know it yet: then it still has the socket.
  return all.filter(({ socket, writableFinished }) =>
    socket || !writableFinished
  );
}
