import { behaviours, play } from "./behaviour.ts";
import type { Place } from "./bench.ts";
import type { SocketClass } from "./spy.ts";

type Frame = string | undefined;

/** What is wrong with a network on purpose: what becomes of each text, on its way or at its end; nothing, if it is lost. */
interface Forgery {
  /** The behaviour that must not hold over it, by how its name begins. */
  readonly breaks: string;
  url?(url: string): string;
  sent?(text: string): Frame;
  received?(text: string): Frame;
  code?(code: number): number;
}

const FORGERIES: Forgery[] = [
  { breaks: "The server greets", received: without("roam_hello") },
  { breaks: "ready resolves when", received: without("identity") },
  { breaks: "A query is asked", url: (url) => url.replace(/&attempt.*/, "") },
  { breaks: "The id is", url: (url) => url.replace("_pk", "_no") },
  { breaks: "What is sent before", sent: (text) => text.replace("😀", "?") },
  { breaks: "State comes down", received: without("roam_state_ack") },
  { breaks: "A write that is refused", received: without("state_error") },
  // The last writer wins, then.
  {
    breaks: "No increment",
    sent: (text) => text.replace(/,"strict":true/, ""),
  },
  {
    breaks: "call() resolves",
    received: (text) => text.replace('"id"', '"ID"'),
  },
  {
    breaks: "call() rejects",
    received: (text) => text.replace('"code"', '"no"'),
  },
  { breaks: "A signal aborts", sent: without("roam_cancel") },
  { breaks: "Leaving the loop", sent: without("roam_cancel") },
  { breaks: "A stream calls back", received: without('"done":false') },
  { breaks: "Close code 4001", code: () => 1006 },
  { breaks: "Close code 1012", code: () => 4001 },
  { breaks: "A heartbeat keeps", sent: without("roam:ping") },
];

/** Changes nothing. */
const HONEST: Partial<Forgery> = {
  url: (url) => url,
  sent: (text) => text,
  received: (text) => text,
  code: (code) => code,
};

/** Shows behaviours over networks on which they can't hold, and over honest ones; returns where that went wrong. */
export async function playForgeries(
  place: Place,
  target: string,
): Promise<string[]> {
  const wrong = await Promise.all(FORGERIES.map(async (forgery) => {
    const { breaks } = forgery;
    const found = behaviours.filter(({ name }) => name.startsWith(breaks));
    if (found.length !== 1) return [`"${breaks}" is not one of them`];
    const over = (network: Partial<Forgery>, patience?: number) => {
      const WebSocket = forge(place.WebSocket, network);
      return play(found[0], { ...place, WebSocket }, target, patience);
    };
    const honest = over(HONEST).then(
      () => [],
      (error) => [`${breaks}: ${error}`],
    );
    const forged = over(forgery, 2000).then(
      () => [`${breaks} holds over a forged network`],
      () => [],
    );
    return [...await honest, ...await forged];
  }));
  return wrong.flat();
}

function without(part: string): (text: string) => Frame {
  return (text) => text.includes(part) ? undefined : text;
}

function forge(
  Base: SocketClass = globalThis.WebSocket,
  { url: changed, sent, received, code: told }: Partial<Forgery>,
): SocketClass {
  return class extends Base {
    constructor(url: string, protocols?: string | string[]) {
      super(changed?.(url) ?? url, protocols);
      super.addEventListener("message", (event) => {
        const { data } = event;
        const text = typeof data === "string" && received
          ? received(data)
          : data;
        if (text === data) return;
        event.stopImmediatePropagation();
        if (text !== undefined) {
          this.onmessage?.(new MessageEvent("message", { data: text }));
        }
      });
      super.addEventListener("close", (event) => {
        if (!told) return;
        event.stopImmediatePropagation();
        const { code, reason, wasClean } = event;
        const forged = { code: told(code), reason, wasClean };
        this.onclose?.(Object.assign(new Event("close"), forged) as CloseEvent);
      });
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      const text = typeof data === "string" && sent ? sent(data) : data;
      if (text !== undefined) super.send(text);
    }
  };
}
