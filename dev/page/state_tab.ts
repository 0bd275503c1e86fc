import type { News } from "../messages.ts";
import { fill, h, pretty } from "./dom.ts";
import { act } from "./live.ts";

/** The state: it follows the server until somebody edits it. */
export class StateTab {
  readonly element: HTMLElement;
  #address: { readonly agent: string; readonly name: string };
  #text: HTMLTextAreaElement;
  #said = h("p", { class: "said", role: "status" });
  #save = h("button", { disabled: true }, "Save");
  #reset = h("button", {
    type: "button",
    disabled: true,
    onclick: () => this.#follow(),
  }, "Undo");
  #known = "";
  #isEdited = false;

  constructor(address: { readonly agent: string; readonly name: string }) {
    this.#address = address;
    this.#text = h("textarea", {
      rows: 14,
      spellcheck: "false",
      "aria-label": "State as JSON",
      oninput: () => this.#edited(),
    });
    this.element = h(
      "form",
      { onsubmit: (event: Event) => this.#submit(event) },
      this.#text,
      h("div", { class: "buttons" }, this.#save, this.#reset),
      this.#said,
      h(
        "p",
        { class: "quiet" },
        "Saved as setState() of the server does it: checked by validateStateChange, stored, and sent to all clients.",
      ),
    );
  }

  show({ state }: News): void {
    if (!state) return;
    const text = pretty(state.text ?? "");
    if (text === this.#known) return;
    this.#known = text;
    if (!this.#isEdited) this.#follow();
    else this.#say("It has changed meanwhile: Undo shows what it is now.");
  }

  #follow(): void {
    this.#text.value = this.#known;
    this.#text.placeholder = "There is no state.";
    this.#mark(false);
    this.#say("");
  }

  #edited(): void {
    this.#mark(this.#text.value !== this.#known);
    this.#say("");
  }

  #mark(isEdited: boolean): void {
    this.#isEdited = isEdited;
    this.#save.disabled = this.#reset.disabled = !isEdited;
  }

  #say(text: string, isError = false): void {
    fill(this.#said, text);
    this.#said.classList.toggle("error", isError);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const state = this.#text.value;
    const result = await act({ ...this.#address, do: "set", state });
    if ("error" in result) return this.#say(result.error, true);
    this.#known = this.#text.value = pretty(state);
    this.#mark(false);
    this.#say("Saved.");
  }
}
