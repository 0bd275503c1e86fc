import type { NodePackages, WsSocket } from "./node_types.ts";

/** Hears what happens to a socket. */
export interface SocketListener {
  receive(data: string | ArrayBuffer): void;
  /** Possibly more than once; the first word counts. */
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** A socket of `ws` that tells one {@linkcode SocketListener} what happens. */
export interface OurSocket extends WsSocket {
  /** Begins to tell. */
  start(listener: SocketListener): void;
  /** Starts the closing handshake. */
  hangUp(code: number, reason: string): void;
}

/** Makes the class of our sockets. Listeners that are closures would cost each connection five of them. */
export function socketClass(
  WebSocket: NodePackages["WebSocket"],
): new (...args: unknown[]) => OurSocket {
  return class extends WebSocket implements OurSocket {
    listener: SocketListener | undefined;

    start(listener: SocketListener): void {
      this.listener = listener;
      this.binaryType = "arraybuffer";
      this.on("message", onMessage);
      this.on("error", onError);
      this.on("close", onClose);
    }

    hangUp(code: number, reason: string): void {
      super.close(code, reason);
    }

    /**
     * `ws` calls it when the peer's close frame has come, whose word is the
     * last then; its own event waits for the end of TCP, which a peer may
     * leave open. With a code and no reason the peer has broken the protocol.
     */
    override close(code?: number, reason?: string | Uint8Array): void {
      super.close(code, reason);
      if (code === undefined) this.listener?.closed(1005, "", true);
      else if (reason !== undefined) {
        this.listener?.closed(code, `${reason}`, true);
      }
    }
  } as unknown as new (...args: unknown[]) => OurSocket;
}

type This = WsSocket & { listener: SocketListener };

function onMessage(
  this: This,
  data: ArrayBuffer | { toString(): string },
  isBinary: boolean,
): void {
  this.listener.receive(isBinary ? data as ArrayBuffer : data.toString());
}

function onError(this: This, { code }: { code?: string }): void {
  // The peer broke the protocol, and is told so. Nothing more is heard of it,
  // though TCP may take its time. Other errors are followed by a close.
  if (code === TOO_BIG) this.listener.closed(1009, "", false);
  else if (code?.startsWith("WS_ERR")) this.listener.closed(1006, "", false);
}

const TOO_BIG = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";

function onClose(
  this: This,
  code: number,
  reason: { toString(): string },
): void {
  this.listener.closed(code, reason.toString(), code !== 1006);
}
