const form = document.querySelector("#composer");
const input = document.querySelector("#text");
const button = form.querySelector("button");
const problem = document.querySelector("#problem");

/** Others hear again that somebody is typing before they forget it. */
const TYPING_MS = 2500;

/** Where messages are written. */
export class Composer {
  #send;
  #unconfirmed = [];
  #typingSince = 0;

  /** `send` sends a frame, and says whether it could. */
  constructor(send) {
    this.#send = send;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
  }

  set online(online) {
    button.disabled = !online;
  }

  focus() {
    input.focus();
  }

  /** The room has the oldest message that was on its way. */
  arrived() {
    this.#unconfirmed.shift();
    problem.textContent = "";
  }

  /** The room did not want it. */
  refused(error) {
    this.takeBack();
    problem.textContent = `Not sent: ${error}.`;
  }

  /** What the room does not have goes back to where it was written. */
  takeBack() {
    const texts = [...this.#unconfirmed, input.value];
    input.value = texts.filter((text) => text !== "").join("\n");
    this.#unconfirmed = [];
    this.#typingSince = 0;
  }

  /** Another room. */
  forget() {
    this.#unconfirmed = [];
    this.#typingSince = 0;
    problem.textContent = "";
  }

  #submit() {
    const text = input.value.trim();
    if (text === "" || !this.#send({ type: "say", text })) return;
    this.#unconfirmed.push(text);
    this.#typingSince = 0;
    input.value = "";
  }

  #typed() {
    problem.textContent = "";
    const active = input.value.trim() !== "";
    const now = performance.now();
    const due = this.#typingSince === 0 || now - this.#typingSince > TYPING_MS;
    if (active ? !due : this.#typingSince === 0) return;
    this.#typingSince = active ? now : 0;
    this.#send({ type: "typing", active });
  }
}
