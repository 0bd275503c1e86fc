import type { EventView } from "../messages.ts";
import { clock, fill, h } from "./dom.ts";

/** What was refused and what failed, the latest first, with what helps. */
export class EventList {
  readonly element = h("section", { "aria-label": "Refusals and errors" });
  #shown: string | undefined;

  show(events: readonly EventView[]): void {
    const text = JSON.stringify(events);
    if (text === this.#shown) return;
    this.#shown = text;
    fill(
      this.element,
      h("h2", {}, "Refusals and errors"),
      events.length === 0
        ? h("p", { class: "nothing" }, "None since the server was started.")
        : h("ol", { class: "cards" }, ...events.map(card)),
    );
  }
}

function card({ at, cure, text, type, where }: EventView): HTMLElement {
  return h(
    "li",
    { class: "card" },
    h(
      "p",
      {},
      h("b", { class: `kind ${type}` }, type),
      " ",
      h("time", { class: "quiet" }, clock(at)),
      where !== "" && ` ${where}`,
    ),
    h("p", { class: "text" }, text),
    cure !== undefined && h("p", { class: "cure" }, cure),
  );
}
