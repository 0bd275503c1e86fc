import type { News } from "../messages.ts";
import { clock, field, fill, h } from "./dom.ts";

const MOST_LINES = 200;

/** A client of the instance: a bare WebSocket of this page. */
export class ClientTab {
  readonly element: HTMLElement;
  #address: { readonly agent: string; readonly name: string };
  #path = "";
  #methods = "";
  #socket: WebSocket | undefined;
  #calls = 0;
  #query = h("input", {
    type: "text",
    placeholder: "user=ada",
    autocomplete: "off",
  });
  #connect = h("button", {}, "Connect");
  #method = h("select");
  #args = h("input", { type: "text", value: "[]", autocomplete: "off" });
  #message = h("input", { type: "text", autocomplete: "off" });
  #needsSocket: HTMLFieldSetElement;
  #log = h("ol", { class: "frames" });

  constructor(address: { readonly agent: string; readonly name: string }) {
    this.#address = address;
    const form = (run: () => void, ...parts: HTMLElement[]) =>
      h(
        "form",
        {
          class: "line",
          onsubmit: (event: Event) => {
            event.preventDefault();
            run();
          },
        },
        ...parts,
      );
    this.#needsSocket = h(
      "fieldset",
      { disabled: true },
      form(
        () => this.#call(),
        field("Method", this.#method),
        field("Arguments as JSON", this.#args, "field wide"),
        h("button", {}, "Call"),
      ),
      form(
        () => this.#send(this.#message.value),
        field("Message", this.#message, "field wide"),
        h("button", {}, "Send"),
      ),
    );
    this.element = h(
      "div",
      {},
      form(
        () => this.#toggle(),
        field("Query of the connection", this.#query, "field wide"),
        this.#connect,
      ),
      this.#needsSocket,
      h(
        "div",
        {
          class: "scroll",
          role: "log",
          tabindex: "0",
          "aria-label": "What was sent and received, the latest first",
        },
        this.#log,
      ),
    );
  }

  show({ agents }: News): void {
    const { agent } = this.#address;
    const view = agents?.find((each) => each.agent === agent);
    if (view === undefined) return;
    this.#path = view.path;
    const methods = view.methods.join();
    if (methods === this.#methods) return;
    this.#methods = methods;
    fill(this.#method, ...view.methods.map((name) => h("option", {}, name)));
  }

  #toggle(): void {
    if (this.#socket !== undefined) return this.#socket.close(1000);
    const name = encoded(this.#address.name);
    const query = this.#query.value.replace(/^\??/, "?");
    const url = new URL(
      `${this.#path}${name}${query === "?" ? "" : query}`,
      location.href.replace(/^http/, "ws"),
    );
    const socket = new WebSocket(url.href.replace(/#.*/, ""));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#needsSocket.disabled = false;
      this.#note("", "open");
    };
    socket.onmessage = ({ data }) =>
      this.#note(
        "in",
        typeof data === "string" ? data : `${data.byteLength} bytes`,
      );
    socket.onclose = ({ code, reason }) => {
      this.#socket = undefined;
      this.#needsSocket.disabled = true;
      fill(this.#connect, "Connect");
      this.#note("", `closed with ${code}${reason && `: ${reason}`}`);
    };
    this.#socket = socket;
    fill(this.#connect, "Disconnect");
  }

  #call(): void {
    let args: unknown;
    try {
      args = JSON.parse(this.#args.value);
      if (!Array.isArray(args)) throw new TypeError("they must be an array");
    } catch (error) {
      return this.#note("", `The arguments: ${(error as Error).message}`);
    }
    this.#send(JSON.stringify({
      type: "rpc",
      id: `dev-${++this.#calls}`,
      method: this.#method.value,
      args,
    }));
  }

  #send(text: string): void {
    this.#socket?.send(text);
    this.#note("out", text);
  }

  #note(direction: "in" | "out" | "", text: string): void {
    this.#log.prepend(
      h(
        "li",
        {},
        h("time", {}, clock(Date.now())),
        h("b", { class: direction }, direction),
        h("code", {}, text),
      ),
    );
    while (this.#log.childElementCount > MOST_LINES) {
      this.#log.lastElementChild!.remove();
    }
  }
}

/** A name in a path, in its one spelling: as the client spells it. */
function encoded(name: string): string {
  return name.replace(/[^!-~]|["#%/<>?\\^`{}]/gu, encodeURIComponent);
}
