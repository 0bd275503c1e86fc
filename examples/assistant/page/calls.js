// Calls methods of an agent over one socket, which is dialled again when it is lost.

const LONGEST_WAIT_MS = 10_000;

export class Calls {
  #url;
  #onStatus;
  #socket;
  #running = new Map();
  #attempts = 0;

  /** `onStatus` is called with whether the agent is in reach. */
  constructor(url, onStatus) {
    this.#url = url;
    this.#onStatus = onStatus;
    this.#dial();
  }

  /** Starts a call. `on.piece`, `on.end` and `on.error` hear of it; returns what cancels it. */
  start(method, args, on) {
    const id = crypto.randomUUID();
    this.#running.set(id, on);
    this.#socket.send(JSON.stringify({ args, id, method, type: "rpc" }));
    return () => {
      if (!this.#running.has(id)) return;
      this.#socket.send(JSON.stringify({ type: "roam_cancel", id }));
    };
  }

  #dial() {
    this.#socket = new WebSocket(this.#url);
    this.#socket.onopen = () => {
      this.#attempts = 0;
      this.#onStatus(true);
    };
    this.#socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    this.#socket.onclose = () => {
      this.#onStatus(false);
      for (const on of this.#running.values()) {
        on.error("The connection was lost");
      }
      this.#running.clear();
      const most = Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.#attempts++);
      setTimeout(() => this.#dial(), Math.random() * most);
    };
  }

  #take({ type, id, done, success, result, error, code }) {
    const on = type === "rpc" ? this.#running.get(id) : undefined;
    if (on === undefined) return;
    if (success && !done) return on.piece(result);
    this.#running.delete(id);
    if (success) on.end(result);
    else on.error(error, code);
  }
}
