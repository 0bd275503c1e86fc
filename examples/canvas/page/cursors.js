import { hueOf, initialOf } from "../../shared/page/face.ts";
import { HEIGHT, WIDTH } from "../drawing.ts";

const layer = document.getElementById("cursors");
const people = document.getElementById("people");
const here = document.getElementById("here");

/** So many faces are shown; the others are counted. */
const MAX_FACES = 5;

/** The cursors of all others, and who they are. */
export class Cursors {
  #shown = new Map();

  /** Shows `others`: what each of them shows, by the ids of their connections. */
  show(others) {
    for (const [id, element] of this.#shown) {
      if (others.get(id)?.at) continue;
      element.remove();
      this.#shown.delete(id);
    }
    for (const [id, { name, at }] of others) {
      if (at === null) continue;
      let element = this.#shown.get(id);
      if (element === undefined) {
        element = newCursor();
        this.#shown.set(id, element);
        layer.append(element);
      }
      const [label] = element.children;
      if (label.textContent !== name) {
        label.textContent = name;
        element.style.setProperty("--hue", String(hueOf(name)));
      }
      element.style.setProperty("--x", String(at.x / WIDTH));
      element.style.setProperty("--y", String(at.y / HEIGHT));
    }
    showPeople([...others.values()].map(({ name }) => name));
  }
}

function newCursor() {
  const element = document.createElement("div");
  element.className = "cursor";
  element.append(document.createElement("bdi"));
  return element;
}

function showPeople(names) {
  here.textContent = names.length === 0
    ? "Nobody else is here"
    : `${names.length + 1} here`;
  const faces = names.slice(0, MAX_FACES);
  // Cursors move often, and people come and go seldom.
  if (people.dataset.shown === faces.join("\n")) return;
  people.dataset.shown = faces.join("\n");
  people.replaceChildren(...faces.map((name) => {
    const item = document.createElement("li");
    item.className = "avatar";
    item.title = name;
    item.style.setProperty("--hue", String(hueOf(name)));
    item.textContent = initialOf(name);
    return item;
  }));
}
