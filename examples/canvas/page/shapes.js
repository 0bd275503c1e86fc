import { randomId } from "../../shared/page/random_id.ts";
import { HEIGHT, WIDTH } from "../drawing.ts";
import { Mover } from "./mover.js";
import { placeOf } from "./pointer.js";

const SVG = "http://www.w3.org/2000/svg";
const svg = document.getElementById("shapes");
const empty = document.getElementById("empty");

/** What a shape is made of, around its middle. */
const FORMS = {
  square: ["rect", { x: -60, y: -60, width: 120, height: 120, rx: 14 }],
  circle: ["circle", { r: 64 }],
  triangle: ["path", { d: "M0 -68L72 58H-72Z" }],
};

const STEPS = {
  ArrowLeft: [-20, 0],
  ArrowRight: [20, 0],
  ArrowUp: [0, -20],
  ArrowDown: [0, 20],
};

/** The shapes on the canvas, and the one that is selected. */
export class Shapes {
  #draw;
  #mover;
  #elements = new Map();
  #shapes = {};
  /** The id of the one. */
  selected;
  /** Called when another one is, or none. */
  onSelect = () => {};

  /** `draw(change)` changes the shapes for all. */
  constructor(draw) {
    this.#draw = draw;
    this.#mover = new Mover((id, place) =>
      this.#change(id, (shape) => ({ ...shape, ...place }))
    );
    svg.addEventListener("pointerdown", ({ target }) => {
      if (target === svg) this.select(undefined);
    });
  }

  /** Shows the shapes that there are. */
  show(shapes) {
    this.#shapes = shapes;
    for (const [id, element] of this.#elements) {
      if (Object.hasOwn(shapes, id)) continue;
      element.remove();
      this.#elements.delete(id);
      if (this.selected === id) this.select(undefined);
    }
    for (const [id, shape] of Object.entries(shapes)) {
      if (!this.#elements.has(id)) this.#add(id, shape);
      const element = this.#elements.get(id);
      element.setAttribute("class", `shape ${shape.colour}`);
      element.setAttribute("aria-label", `${shape.colour} ${shape.kind}`);
      // One that is being dragged is where the pointer is.
      move(element, this.#mover.placeOf(id) ?? shape);
    }
    empty.hidden = this.#elements.size > 0;
  }

  /** A new shape, somewhere around the middle. */
  add(kind, colour) {
    const id = randomId();
    const around = (size) => Math.round(size * (0.35 + Math.random() * 0.3));
    const shape = { kind, colour, x: around(WIDTH), y: around(HEIGHT) };
    this.#draw((shapes) => ({ ...shapes, [id]: shape }));
    this.select(id);
  }

  paint(colour) {
    if (this.selected === undefined) return;
    this.#change(this.selected, (shape) => ({ ...shape, colour }));
  }

  delete() {
    const id = this.selected;
    this.#draw(({ [id]: _, ...others }) => others);
  }

  select(id) {
    this.#elements.get(this.selected)?.setAttribute("aria-pressed", "false");
    this.#elements.get(id)?.setAttribute("aria-pressed", "true");
    this.selected = id;
    this.onSelect(id);
  }

  #change(id, change) {
    return this.#draw((shapes) =>
      // Somebody may have deleted it meanwhile.
      Object.hasOwn(shapes, id)
        ? { ...shapes, [id]: change(shapes[id]) }
        : shapes
    );
  }

  #add(id, { kind }) {
    const element = document.createElementNS(SVG, "g");
    const [tag, attributes] = FORMS[kind];
    const form = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) {
      form.setAttribute(name, value);
    }
    element.append(form);
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "0");
    element.setAttribute("aria-pressed", String(this.selected === id));
    element.addEventListener("pointerdown", (event) => this.#grab(id, event));
    element.addEventListener("pointermove", (event) => {
      const place = this.#mover.drag(id, placeOf(event));
      if (place !== undefined) move(element, place);
    });
    for (const type of ["pointerup", "pointercancel"]) {
      element.addEventListener(type, () => this.#mover.drop());
    }
    element.addEventListener("focus", () => this.select(id));
    element.addEventListener("keydown", (event) => this.#key(id, event));
    this.#elements.set(id, element);
    svg.append(element);
  }

  #grab(id, event) {
    event.currentTarget.setPointerCapture(event.pointerId);
    this.select(id);
    this.#mover.grab(id, this.#shapes[id], placeOf(event));
  }

  #key(id, event) {
    if (event.key === "Delete" || event.key === "Backspace") this.delete();
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#change(id, ({ x, y, ...shape }) => ({
      ...shape,
      x: Math.min(Math.max(x + step[0], 0), WIDTH),
      y: Math.min(Math.max(y + step[1], 0), HEIGHT),
    }));
  }
}

function move(element, { x, y }) {
  element.setAttribute("transform", `translate(${x} ${y})`);
}
