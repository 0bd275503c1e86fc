import {
  Agent,
  type AgentHandle,
  createHost,
  type SocketEvents,
  type Storage,
} from "../mod.ts";

/** Keeps a state. */
export class Kept extends Agent<unknown, unknown> {
  /** Does nothing but be there. */
  touch(): void {}
}

/** Bytes of the state, as JSON. */
export const SIZE = 1024;

/** A state, as JSON. */
export const text: string = JSON.stringify({ text: "x".repeat(SIZE - 11) });

/** A host whose sockets are in memory, so that nothing but the library and the storage is measured. */
export class Host {
  #events: SocketEvents | undefined;
  #host;

  constructor(storage: Storage) {
    // Storing one by one may take long on a slow disk.
    const limits = { commitMs: 120_000 };
    this.#host = createHost({ Kept }, { storage, limits }, {
      upgrade: (_, events) => {
        this.#events = events;
        return undefined;
      },
    });
  }

  /** A client; `heard` is called with each frame. */
  connect(name: string, heard: (frame: string) => void): SocketEvents {
    const url = `http://localhost/agents/kept/${name}?_roam=1`;
    const headers = { upgrade: "websocket" };
    this.#host.fetch(new Request(url, { headers }), undefined);
    const events = this.#events!;
    events.open({
      readyState: 1,
      bufferedAmount: 0,
      send: (data) => heard(data as string),
      close: (code, reason) =>
        setTimeout(() => events.closed(code, reason, true)),
    });
    return events;
  }

  getAgent(name: string): AgentHandle<Kept> {
    return this.#host.getAgent<Kept>("Kept", name);
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}
