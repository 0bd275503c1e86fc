import { HEIGHT, WIDTH } from "../drawing.ts";

/**
 * Moves a shape with the pointer. The next place is sent when the last one has
 * arrived: on a slow connection others see fewer steps, and none is late.
 */
export class Mover {
  #send;
  /** The shape that was grabbed last, until its last place is sent. */
  #held;

  /** `send(id, place)` resolves when the place has arrived. */
  constructor(send) {
    this.#send = send;
  }

  /** The shape at `place` is grabbed by the pointer at `at`, which is not its middle. */
  grab(id, { x, y }, at) {
    const offset = { x: x - at.x, y: y - at.y };
    const flags = { isNew: false, isSending: false, isDropped: false };
    this.#held = { id, offset, place: { x, y }, ...flags };
  }

  /** The pointer is here. Returns where the shape is now, if that is the one. */
  drag(id, { x, y }) {
    const held = this.#held;
    if (held?.id !== id || held.isDropped) return undefined;
    held.place = {
      x: Math.min(Math.max(x + held.offset.x, 0), WIDTH),
      y: Math.min(Math.max(y + held.offset.y, 0), HEIGHT),
    };
    held.isNew = true;
    this.#sendAll(held);
    return held.place;
  }

  drop() {
    if (this.#held?.isSending) this.#held.isDropped = true;
    else this.#held = undefined;
  }

  /** Where the shape is, if it is the one that is being dragged. */
  placeOf(id) {
    return this.#held?.id === id ? this.#held.place : undefined;
  }

  async #sendAll(held) {
    if (held.isSending) return;
    held.isSending = true;
    while (held.isNew) {
      held.isNew = false;
      await this.#send(held.id, held.place);
    }
    held.isSending = false;
    if (held.isDropped && held === this.#held) this.#held = undefined;
  }
}
