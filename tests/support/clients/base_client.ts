/**
 * A client of the base protocol that comes back by itself, as Cloudflare's
 * does: it shows what it wrote or was sent last, and at the beginning of a
 * connection sends what it wrote without one.
 */
export class BaseClient extends EventTarget {
  shows: unknown = undefined;
  isClosed = false;
  #url: string;
  #socket: WebSocket | undefined;
  #queue: string[] = [];
  #isDeaf: boolean;

  /** A deaf one takes no state that it is sent: it is there to be found out. */
  constructor(url: string, isDeaf = false) {
    super();
    this.#url = url;
    this.#isDeaf = isDeaf;
    this.#dial();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  setState(state: unknown): void {
    this.shows = state;
    this.send(JSON.stringify({ state, type: "cf_agent_state" }));
  }

  send(text: string): void {
    if (this.isOpen) this.#socket!.send(text);
    else this.#queue.push(text);
  }

  close(): void {
    this.isClosed = true;
    this.#socket!.close();
  }

  #dial(): void {
    const socket = this.#socket = new WebSocket(this.#url);
    socket.addEventListener("open", () => {
      for (const text of this.#queue.splice(0)) socket.send(text);
      this.#changed();
    });
    socket.addEventListener("message", ({ data }) => {
      const isState = /^\{"state":.*"type":"cf_agent_state"\}$/.test(data);
      if (isState && !this.#isDeaf) this.shows = JSON.parse(data).state;
      this.#changed();
    });
    socket.addEventListener("error", () => {});
    socket.addEventListener("close", () => {
      // A client's own: nobody waits for it.
      if (!this.isClosed) setTimeout(() => this.#dial(), 10);
      this.#changed();
    });
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}
