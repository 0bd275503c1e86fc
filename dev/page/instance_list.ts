import type { AgentView, NameView } from "../messages.ts";
import { field, fill, h } from "./dom.ts";
import { hrefOf, type Place } from "./place.ts";

/** The classes that are served, and the instances of each. */
export class InstanceList {
  readonly element: HTMLElement;
  #filter: HTMLInputElement;
  #agent = h("select");
  #name = h("input", {
    type: "text",
    required: true,
    autocomplete: "off",
    placeholder: "lobby",
  });
  #classes = h("div", { class: "classes" });
  #shown = "";

  /** `filtered` is called when the filter has changed. */
  constructor(filtered: () => void) {
    this.#filter = h("input", {
      type: "search",
      autocomplete: "off",
      oninput: filtered,
    });
    this.element = h(
      "aside",
      { "aria-label": "Instances" },
      field("Filter by name", this.#filter),
      h(
        "details",
        {},
        h("summary", {}, "Open one by its name"),
        h(
          "form",
          { class: "open", onsubmit: (event: Event) => this.#open(event) },
          field("Agent", this.#agent),
          field("Name", this.#name),
          h("button", {}, "Open"),
        ),
      ),
      this.#classes,
    );
  }

  get filter(): string {
    return this.#filter.value;
  }

  show(agents: readonly AgentView[], place: Place): void {
    const text = JSON.stringify([agents, place.agent, place.name]);
    if (text === this.#shown) return;
    this.#shown = text;
    const names = agents.map(({ agent }) => agent);
    if (names.join() !== [...this.#agent.options].map((o) => o.value).join()) {
      fill(this.#agent, ...names.map((name) => h("option", {}, name)));
    }
    fill(
      this.#classes,
      ...agents.map((each) => this.#class(each, place)),
    );
  }

  #class(
    { agent, hasMore, inMemory, names, path }: AgentView,
    place: Place,
  ): HTMLElement {
    return h(
      "section",
      {},
      h("h2", {}, agent),
      h("p", { class: "quiet" }, `${path}… · ${inMemory} in memory`),
      names.length === 0
        ? h(
          "p",
          { class: "quiet" },
          this.filter === "" ? "None in memory or with a state." : "None fits.",
        )
        : h(
          "ul",
          {},
          ...names.map((each) => h("li", {}, nameLink(agent, each, place))),
        ),
      hasMore && h("p", { class: "quiet" }, "… and more: filter them."),
    );
  }

  #open(event: Event): void {
    event.preventDefault();
    const name = this.#name.value;
    this.#name.value = "";
    location.hash = hrefOf(this.#agent.value, name);
  }
}

function nameLink(
  agent: string,
  { connections, isInMemory, name }: NameView,
  place: Place,
): HTMLElement {
  const isHere = place.agent === agent && place.name === name;
  return h(
    "a",
    {
      href: hrefOf(agent, name, place.tab),
      "data-key": `${agent}/${name}`,
      "aria-current": isHere && "true",
    },
    h("i", { class: isInMemory ? "on" : "" }),
    h("span", { class: "name", title: name }, name),
    h(
      "span",
      { class: "quiet" },
      !isInMemory
        ? "stored"
        : connections === 1
        ? "1 client"
        : `${connections} clients`,
    ),
  );
}
