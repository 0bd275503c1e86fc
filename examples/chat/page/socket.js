const FIRST_DELAY = 500;
const LONGEST_DELAY = 20_000;

/**
 * A WebSocket to one room that dials again when it breaks, each time after
 * about twice the time, so that a server that comes back is not overrun.
 */
export class RoomSocket {
  #url;
  #on;
  #socket;
  #timer;
  #failures = 0;

  /** `on` has `frame(frame)`, `dialing(again)`, `lost(delay)` and `refused(reason)`. */
  constructor(room, name, on) {
    const path = `/agents/chat-room/${encodeURIComponent(room)}`;
    this.#url = new URL(path, location.href.replace(/^http/, "ws"));
    this.#url.searchParams.set("name", name);
    this.#on = on;
    this.dial();
  }

  get isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends `frame`, if it can. */
  send(frame) {
    if (this.isOpen) this.#socket.send(JSON.stringify(frame));
    return this.isOpen;
  }

  /** Connects now; does nothing while it is connected or about to be. */
  dial() {
    if (this.#socket?.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.#timer);
    const socket = this.#socket = new WebSocket(this.#url);
    this.#on.dialing(this.#failures > 0);
    socket.onmessage = ({ data }) => {
      this.#failures = 0;
      this.#on.frame(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (code >= 4000) this.#on.refused(reason);
      else this.#redial();
    };
  }

  /** Leaves for good. */
  close() {
    clearTimeout(this.#timer);
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(1000);
  }

  #redial() {
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#failures);
    const delay = longest * (0.5 + Math.random() / 2);
    this.#failures++;
    this.#timer = setTimeout(() => this.dial(), delay);
    this.#on.lost(delay);
  }
}
