import type { JobView, News } from "../messages.ts";
import { fill, h } from "./dom.ts";
import { act } from "./live.ts";

/** What the instance does later. */
export class SchedulesTab {
  readonly element: HTMLElement;
  #address: { readonly agent: string; readonly name: string };
  #list = h("div");
  #said = h("p", { class: "said error", role: "status" });
  #shown = "";

  constructor(address: { readonly agent: string; readonly name: string }) {
    this.#address = address;
    this.element = h("div", {}, this.#said, this.#list);
  }

  show({ instance }: News): void {
    if (!instance) return;
    const text = JSON.stringify(instance.jobs);
    if (text === this.#shown) return;
    this.#shown = text;
    fill(
      this.#list,
      instance.jobs.length === 0 &&
        h("p", { class: "nothing" }, "Nothing waits for its time."),
      ...instance.jobs.map((job) => this.#card(job)),
    );
  }

  #card(job: JobView): HTMLElement {
    const { callback, due, failed, id, payload, repeats, type } = job;
    const button = (text: string, what: "run" | "cancel") =>
      h("button", {
        "data-key": `${what} ${id}`,
        onclick: () => this.#do(what, id),
      }, text);
    return h(
      "article",
      { class: "card" },
      h("h3", {}, h("code", {}, `${callback}(${payload})`)),
      h(
        "p",
        {},
        [
          type,
          repeats,
          due === null ? undefined : new Date(due).toLocaleString(),
        ].filter((part) => part !== undefined).join(" · "),
      ),
      failed !== undefined && h("p", { class: "error" }, `Given up: ${failed}`),
      h("p", { class: "quiet" }, id),
      h(
        "div",
        { class: "buttons" },
        button("Run now", "run"),
        button("Cancel", "cancel"),
      ),
    );
  }

  async #do(what: "run" | "cancel", job: string): Promise<void> {
    const result = await act({ ...this.#address, do: what, job });
    fill(this.#said, "error" in result ? result.error : "");
  }
}
