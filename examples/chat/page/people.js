import { hueOf, initialOf } from "../../shared/page/face.ts";

const list = document.querySelector("#people");
const counts = document.querySelectorAll(".count");
const typingLine = document.querySelector("#typing");

/** Somebody who types says so again before this is over. */
const TYPING_MS = 5000;

/** Who is in the room, and who of them is typing. */
export class People {
  #people = new Map();
  #typing = new Map();
  #you = "";

  /** Replaces everybody. */
  reset(people, you) {
    for (const id of this.#typing.keys()) this.stopTyping(id);
    this.#you = you;
    this.#people = new Map(people.map((person) => [person.id, person]));
    this.#show();
  }

  add({ id, name }) {
    this.#people.set(id, { id, name });
    this.#show();
  }

  delete({ id }) {
    this.stopTyping(id);
    this.#people.delete(id);
    this.#show();
  }

  startTyping(id) {
    clearTimeout(this.#typing.get(id));
    this.#typing.set(id, setTimeout(() => this.stopTyping(id), TYPING_MS));
    this.#showTyping();
  }

  stopTyping(id) {
    clearTimeout(this.#typing.get(id));
    this.#typing.delete(id);
    this.#showTyping();
  }

  #show() {
    const people = [...this.#people.values()].sort((a, b) =>
      (b.id === this.#you) - (a.id === this.#you) ||
      a.name.localeCompare(b.name)
    );
    list.replaceChildren(...people.map((person) => {
      const item = document.createElement("li");
      item.append(avatar(person.name), bdi(person.name));
      if (person.id === this.#you) item.append(small("you"));
      return item;
    }));
    counts[0].textContent = `${people.length} here`;
    counts[1].textContent = String(people.length);
  }

  #showTyping() {
    const names = [...this.#typing.keys()]
      .map((id) => this.#people.get(id)?.name)
      .filter((name) => name !== undefined);
    const text = typingLine.querySelector("span");
    typingLine.classList.toggle("active", names.length > 0);
    if (names.length > 2) text.textContent = "Several people are typing";
    else if (names.length === 2) {
      text.replaceChildren(
        bdi(names[0]),
        " and ",
        bdi(names[1]),
        " are typing",
      );
    } else if (names.length === 1) {
      text.replaceChildren(bdi(names[0]), " is typing");
    } else text.replaceChildren();
  }
}

/** A name amid other text, whatever direction it is written in. */
export function bdi(name) {
  const element = document.createElement("bdi");
  element.textContent = name;
  return element;
}

/** A round sign with the first letter of `name`, in a colour of its own. */
export function avatar(name) {
  const element = document.createElement("span");
  element.className = "avatar";
  element.ariaHidden = "true";
  element.textContent = initialOf(name);
  element.style.setProperty("--hue", String(hueOf(name)));
  return element;
}

function small(text) {
  const element = document.createElement("small");
  element.textContent = text;
  return element;
}
