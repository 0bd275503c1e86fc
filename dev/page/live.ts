import type { Action, News, Result, Watch } from "../messages.ts";

const AGAIN_MS = 1000;

/** What the server tells of what the page looks at. */
export class Live {
  /** All parts, as they were told last. */
  news: News = {};
  isConnected = false;
  #changed: () => void;
  #wanted = "";
  #abort = new AbortController();

  /** `changed` is called after each change. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Looks at something else from now on. */
  watch(wanted: Watch): void {
    const text = JSON.stringify(wanted);
    if (text === this.#wanted) return;
    this.#wanted = text;
    this.#abort.abort();
    this.#abort = new AbortController();
    // What is not known yet must not be shown as what it was elsewhere.
    this.news = {
      ...this.news,
      instance: undefined,
      state: undefined,
      frames: undefined,
    };
    this.#follow(text, this.#abort.signal);
  }

  async #follow(wanted: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#read(await ask("watch", wanted, signal), signal);
      } catch {
        // The server has ended, or is being started again.
      }
      if (signal.aborted) return;
      this.isConnected = false;
      this.#changed();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async #read(response: Response, signal: AbortSignal): Promise<void> {
    if (!response.ok) throw new Error(await response.text());
    const reader = response.body!.pipeThrough(new TextDecoderStream())
      .getReader();
    for (let rest = "";;) {
      const { value, done } = await reader.read();
      if (done || signal.aborted) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        this.news = { ...this.news, ...JSON.parse(line) };
      }
      this.isConnected = true;
      this.#changed();
    }
  }
}

/** Has the server do something. */
export async function act(action: Action): Promise<Result> {
  try {
    const response = await ask("do", JSON.stringify(action));
    return response.ok
      ? await response.json()
      : { error: await response.text() };
  } catch {
    return { error: "The server does not answer" };
  }
}

function ask(
  what: string,
  body: string,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`/_roam/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-roam-dev": "1" },
    body,
    signal,
  });
}
