import type { ConnectionView, FrameView, News } from "../messages.ts";
import { clock, fill, h } from "./dom.ts";
import { act } from "./live.ts";
import { hrefOf } from "./place.ts";

/** Who is connected, and the frames of one of them. */
export class ConnectionsTab {
  readonly element = h("div");
  /** Whose frames are shown. */
  watches: string | undefined;
  #address: { readonly agent: string; readonly name: string };
  #shown = "";

  constructor(address: { readonly agent: string; readonly name: string }) {
    this.#address = address;
  }

  show({ frames, instance }: News): void {
    if (!instance) return;
    const text = JSON.stringify([instance, frames, this.watches]);
    if (text === this.#shown) return;
    this.#shown = text;
    const { connections, hasMore } = instance;
    const isGone = this.watches !== undefined &&
      !connections.some(({ id }) => id === this.watches);
    fill(
      this.element,
      connections.length === 0 &&
        h("p", { class: "nothing" }, "Nobody is connected."),
      ...connections.map((each) =>
        this.#card(each, frames?.connection === each.id ? frames.frames : [])
      ),
      hasMore && h("p", { class: "quiet" }, "… and more."),
      isGone && h("p", { class: "quiet" }, "The connection has gone."),
    );
  }

  #card(
    { id, notes, presence, state, status, tags, uri }: ConnectionView,
    frames: readonly FrameView[],
  ): HTMLElement {
    const { agent, name } = this.#address;
    const isWatched = this.watches === id;
    return h(
      "article",
      { class: "card" },
      h(
        "h3",
        {},
        h("i", { class: status === "open" ? "on" : "" }),
        h("code", {}, id),
      ),
      h(
        "dl",
        {},
        ...row("Status", [status, ...notes].join(", ")),
        ...row("URL", h("code", {}, uri)),
        ...tags.length > 0
          ? row("Tags", ...tags.map((tag) => h("code", { class: "tag" }, tag)))
          : [],
        ...state === null
          ? []
          : row("State", h("code", {}, JSON.stringify(state))),
        ...presence === undefined
          ? []
          : row("Presence", h("code", {}, presence)),
      ),
      h(
        "div",
        { class: "buttons" },
        h(
          "a",
          {
            class: "button",
            href: isWatched
              ? hrefOf(agent, name, "connections")
              : hrefOf(agent, name, "connections", id),
            "data-key": `frames ${id}`,
          },
          isWatched ? "Hide frames" : "Watch frames",
        ),
        h("button", {
          "data-key": `close ${id}`,
          onclick: () => act({ agent, name, do: "close", connection: id }),
        }, "Close it"),
      ),
      isWatched && frameList(frames),
    );
  }
}

function row(label: string, ...values: (HTMLElement | string)[]) {
  return [h("dt", {}, label), h("dd", {}, ...values)];
}

/** Frames, the latest first. */
function frameList(frames: readonly FrameView[]): HTMLElement {
  if (frames.length === 0) {
    return h(
      "p",
      { class: "quiet" },
      "Frames are recorded from now on, as long as this is shown.",
    );
  }
  const list = h(
    "ol",
    { class: "frames" },
    ...frames.toReversed().map(({ at, bytes, isIn, text }) =>
      h(
        "li",
        {},
        h("time", {}, clock(at)),
        h("b", { class: isIn ? "in" : "out" }, isIn ? "in" : "out"),
        h("code", {}, text ?? `${bytes} bytes`),
      )
    ),
  );
  return h("div", {
    class: "scroll",
    role: "region",
    tabindex: "0",
    "data-key": "frames",
    "aria-label": "Frames, the latest first",
  }, list);
}
