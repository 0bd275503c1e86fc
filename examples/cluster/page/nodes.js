/** What is said of a process, and which buttons make sense then. */
const PHASES = {
  starting: ["starting", ["kill"]],
  up: ["up", ["kill", "pause", "drain"]],
  paused: ["paused", ["kill", "resume"]],
  ending: ["handing over", ["kill"]],
  down: ["down", ["start"]],
};

const BUTTONS = {
  start: "Start",
  kill: "Kill",
  pause: "Pause",
  resume: "Go on",
  drain: "Hand over",
};

/** The processes, side by side, each with its rooms. */
export class Nodes {
  #act;
  #cards = new Map();

  /** `act(name, action)` is called for a button. */
  constructor(act) {
    this.#act = act;
  }

  show(views) {
    for (const view of views) {
      const card = this.#cards.get(view.name) ?? this.#make(view.name);
      const [says, actions] = PHASES[view.phase];
      const state = view.phase === "up" ? view.state ?? "no answer" : says;
      card.section.dataset.phase = view.phase;
      card.state.textContent = `${state}, ${view.shards} of 256 shards`;
      for (const [action, button] of card.buttons) {
        button.hidden = !actions.includes(action);
      }
    }
  }

  /** Moves the tile of a room to its process. */
  place({ node, element }) {
    const list = this.#cards.get(node)?.list;
    if (list && element.parentNode !== list) list.append(element);
  }

  #make(name) {
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    const state = document.createElement("p");
    const list = document.createElement("ul");
    const controls = document.createElement("p");
    section.setAttribute("aria-labelledby", heading.id = `node-${name}`);
    section.dataset.node = name;
    list.setAttribute("aria-label", `Rooms of ${name}`);
    heading.textContent = name;
    const buttons = Object.entries(BUTTONS).map(([action, label]) => {
      const button = document.createElement("button");
      button.textContent = label;
      button.setAttribute("aria-label", `${label}: ${name}`);
      button.className = "quiet";
      button.addEventListener("click", () => this.#act(name, action));
      return [action, button];
    });
    controls.append(...buttons.map(([, button]) => button));
    section.append(heading, state, controls, list);
    document.getElementById("nodes").append(section);
    const card = { section, state, list, buttons };
    this.#cards.set(name, card);
    return card;
  }
}
