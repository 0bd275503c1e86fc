import { recall, remember } from "../../shared/page/memory.ts";
import { randomId } from "../../shared/page/random_id.ts";

/**
 * What was written and is not known to be in the room. A call waits for a
 * connection by itself. Where one broke before the answer, nobody knows
 * whether the message arrived: it is said again, and the room knows its id.
 */
export class Outbox {
  #room;
  #log;
  #key;
  #messages;
  /** The ids of those that are on their way. */
  #saying = new Set();

  /** `room` is the client, and `log` shows what is not there yet. */
  constructor(room, log) {
    this.#room = room;
    this.#log = log;
    this.#key = `unsent:${room.name}`;
    // Those of an earlier visit, or before a reload.
    this.#messages = recall("sessionStorage", this.#key, []);
    this.#show();
  }

  say(text) {
    const message = { id: randomId(), text };
    this.#messages.push(message);
    this.#show();
    this.#say(message);
  }

  /** Says what is not on its way, and was not refused. */
  sayAll() {
    for (const message of this.#messages) {
      if (message.problem === undefined) this.#say(message);
    }
  }

  /** The room has it: one of these, or of somebody else. */
  arrived(id) {
    const left = this.#messages.filter((message) => message.id !== id);
    if (left.length === this.#messages.length) return;
    this.#messages = left;
    this.#show();
  }

  async #say(message) {
    const { id, text } = message;
    if (this.#saying.has(id)) return;
    this.#saying.add(id);
    try {
      await this.#room.call("say", [id, text], { timeout: 0 });
      this.arrived(id);
    } catch ({ code, message: problem }) {
      this.#saying.delete(id);
      if (code === "CONNECTION_LOST") return this.#say(message);
      // Said when somebody comes back to the room.
      if (code === "NOT_SENT") return;
      message.problem = problem;
      this.#show();
    }
  }

  #show() {
    remember("sessionStorage", this.#key, this.#messages);
    this.#log.showUnsent(this.#messages, {
      again: (message) => {
        delete message.problem;
        this.#show();
        this.#say(message);
      },
      forget: ({ id }) => this.arrived(id),
    });
  }
}
