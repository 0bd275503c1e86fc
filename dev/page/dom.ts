/** What an element may have in it. */
export type Child = Node | string | number | null | undefined | false;

/** An element with attributes, listeners (`onclick`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Readonly<Record<string, unknown>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value as EventListener);
    } else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...present(children));
  return element;
}

/** Puts `children` in place of what is in `parent`. What has the focus, and a `data-key`, keeps it. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  const { activeElement } = document;
  const key = parent.contains(activeElement)
    ? (activeElement as HTMLElement).dataset.key
    : undefined;
  parent.replaceChildren(...present(children));
  if (key === undefined) return;
  parent.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function present(children: readonly Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => child instanceof Node ? child : String(child));
}

/** A text field with its label. */
export function field(
  label: string,
  input: HTMLElement,
  className = "field",
): HTMLElement {
  return h("label", { class: className }, h("span", {}, label), input);
}

/** The time of day. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour12: false });
}

/** JSON with line ends, where it is some. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
