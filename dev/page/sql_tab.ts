import { field, fill, h } from "./dom.ts";
import { act } from "./live.ts";

/** A console for the instance's database. */
export class SqlTab {
  readonly element: HTMLElement;
  #address: { readonly agent: string; readonly name: string };
  #query = h("textarea", { rows: 4, spellcheck: "false" });
  #writes = h("input", { type: "checkbox" });
  #result = h("div", { role: "status" });

  constructor(address: { readonly agent: string; readonly name: string }) {
    this.#address = address;
    this.#query.value = "SELECT name, sql FROM sqlite_schema";
    this.element = h(
      "form",
      { onsubmit: (event: Event) => this.#submit(event) },
      field("Query", this.#query),
      h(
        "div",
        { class: "buttons" },
        h("button", {}, "Run"),
        h("label", { class: "check" }, this.#writes, "May write"),
      ),
      this.#result,
    );
  }

  show(): void {}

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const result = await act({
      ...this.#address,
      do: "sql",
      query: this.#query.value,
      writes: this.#writes.checked,
    });
    fill(
      this.#result,
      "error" in result
        ? h("p", { class: "said error" }, result.error)
        : table(result.rows ?? []),
    );
  }
}

function table(rows: readonly Record<string, unknown>[]): HTMLElement {
  const [first] = rows;
  if (first === undefined) return h("p", { class: "said" }, "No rows.");
  const names = Object.keys(first);
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name))),
      ),
      h(
        "tbody",
        {},
        ...rows.map((row) =>
          h(
            "tr",
            {},
            ...names.map((name) =>
              h(
                "td",
                {},
                row[name] === null ? h("i", {}, "NULL") : `${row[name]}`,
              )
            ),
          )
        ),
      ),
    ),
  );
}
