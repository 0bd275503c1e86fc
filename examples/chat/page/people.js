import { hueOf, initialOf } from "../../shared/page/face.ts";

const list = document.querySelector("#people");
const counts = document.querySelectorAll(".count");
const typingLine = document.querySelector("#typing");

/** Who is in the room, and who of them is typing. */
export class People {
  #you;
  /** What the others show, by the ids of their connections; `undefined` before anybody has said. */
  #others;

  /** Another room: nobody is known. */
  clear() {
    this.#you = this.#others = undefined;
    this.#show();
    this.#showTyping([]);
  }

  showYou(you) {
    this.#you = you;
    this.#show();
  }

  /** Shows the others. Returns the names of those who have come and gone since the last time. */
  showOthers(others) {
    const before = this.#others;
    this.#others = others;
    const absent = (a, b) => [...a].filter(([id]) => !b.has(id));
    const names = (people) => people.map(([, { name }]) => name);
    this.#show();
    this.#showTyping(
      names([...others].filter(([, { isTyping }]) => isTyping)),
    );
    // Who was here before nobody has seen coming.
    if (before === undefined) return { joined: [], left: [] };
    return {
      joined: names(absent(others, before)),
      left: names(absent(before, others)),
    };
  }

  #show() {
    const others = [...this.#others?.values() ?? []]
      .sort((a, b) => a.name.localeCompare(b.name));
    const people = this.#you ? [this.#you, ...others] : others;
    list.replaceChildren(...people.map((person) => {
      const item = document.createElement("li");
      item.append(avatar(person.name), bdi(person.name));
      if (person === this.#you) item.append(small("you"));
      return item;
    }));
    counts[0].textContent = `${people.length} here`;
    counts[1].textContent = String(people.length);
  }

  #showTyping(names) {
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
