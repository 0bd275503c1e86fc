/** A constructor of what browsers call a WebSocket, which more can be done with than the client needs. */
export type SocketClass = new (
  url: string,
  protocols?: string | string[],
) => WebSocket;

/** A WebSocket, and what went over it. */
export interface Spy {
  readonly WebSocket: SocketClass;
  /** What was sent, of all connections. */
  readonly sent: unknown[];
  /** What came, of all connections. */
  readonly received: unknown[];
  /** Resolves when `is` holds for what came, or was sent. */
  until(is: () => boolean): Promise<void>;
}

/** Listens to all that goes over a WebSocket. */
export function spyOn(Base: SocketClass): Spy {
  const sent: unknown[] = [];
  const received: unknown[] = [];
  const waiting = new Set<() => void>();
  const add = (list: unknown[], data: unknown) => {
    list.push(data);
    for (const look of waiting) look();
  };
  class SpiedSocket extends Base {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => add(received, data));
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      super.send(data);
      add(sent, data);
    }
  }
  return {
    WebSocket: SpiedSocket,
    sent,
    received,
    until: (is) =>
      new Promise((resolve) => {
        const look = () => {
          if (!is()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
