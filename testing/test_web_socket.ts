import { assertSendableCloseCode } from "../src/protocol/close_codes.ts";
import { copyBytes, MemoryConnection } from "./memory_connection.ts";
import type { Network } from "./network.ts";

/** What a {@linkcode TestWebSocket} is made with besides its URL, as with the WebSockets of Deno, Bun and undici. */
export interface TestWebSocketOptions {
  /** Subprotocols to offer. */
  protocols?: string | string[] | undefined;
  /** Headers of the upgrade request: cookies, `Authorization`, `Origin`. */
  headers?: HeadersInit | undefined;
}

/** Upgrades a request: the answer where it is refused, else the subprotocol that was chosen. */
export type Dial = (
  request: Request,
  connection: MemoryConnection,
) => Promise<Response | string>;

/** A WebSocket to a test host, with the surface of the standard and the faults of a network. */
export class TestWebSocket extends EventTarget {
  /** Called like a listener of `open`. */
  onopen: ((event: Event) => void) | null = null;
  /** Called like a listener of `message`. */
  onmessage: ((event: MessageEvent) => void) | null = null;
  /** Called like a listener of `error`. */
  onerror: ((event: Event) => void) | null = null;
  /** Called like a listener of `close`. */
  onclose: ((event: Event) => void) | null = null;
  /** How bytes arrive. */
  binaryType = "blob";
  /** The subprotocol that the server chose. */
  protocol = "";
  /** Nothing waits on this side. */
  readonly bufferedAmount = 0;
  /** The URL that it was made with. */
  readonly url: string;
  /** The answer of a server that refused the handshake. */
  refusal: Response | undefined;
  readonly #connection: MemoryConnection;

  /** See `TestHost.WebSocket`. */
  constructor(
    network: Network,
    dial: Dial,
    url: string,
    options: string | string[] | TestWebSocketOptions = {},
  ) {
    super();
    const { protocols, headers } =
      typeof options === "string" || Array.isArray(options)
        ? { protocols: options, headers: undefined }
        : options;
    this.url = new URL(url).href;
    this.#connection = new MemoryConnection(network, {
      opened: () => this.#fire(new Event("open")),
      received: (data) => this.#receive(data),
      closed: (code, reason, wasClean) => this.#end(code, reason, wasClean),
    });
    const request = upgradeRequest(this.url, headers, protocols);
    network.post(() => this.#dial(dial, request));
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): number {
    return this.#connection.readyState;
  }

  /** Sends a message. Throws while the connection is being made, as the standard says. */
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (this.readyState === 0) {
      throw new DOMException("still connecting", "InvalidStateError");
    }
    this.#connection.send(typeof data === "string" ? data : copyBytes(data));
  }

  /** Starts the closing handshake. */
  close(code?: number, reason?: string): void {
    if (code !== undefined) assertSendableCloseCode(code);
    this.#connection.close(code, reason);
  }

  /** Breaks the connection: both ends see 1006. */
  cut(): void {
    this.#connection.cut();
  }

  /** Reads nothing any more, so that what the server sends piles up there. */
  stall(): void {
    this.#connection.stall();
  }

  /** Reads again, also what has come meanwhile. */
  resume(): void {
    this.#connection.resume();
  }

  async #dial(dial: Dial, request: Request): Promise<void> {
    let answer: Response | string;
    try {
      answer = await dial(request, this.#connection);
    } catch (error) {
      console.error("The host threw:", error);
      answer = new Response(null, { status: 500 });
    }
    if (typeof answer === "string") this.protocol = answer;
    else {
      this.refusal = answer;
      this.#connection.cut();
    }
  }

  #receive(data: string | ArrayBuffer): void {
    const bytes = this.binaryType === "blob" && typeof data !== "string"
      ? new Blob([data])
      : data;
    this.#fire(new MessageEvent("message", { data: bytes }));
  }

  #end(code: number, reason: string, wasClean: boolean): void {
    if (!wasClean) this.#fire(errorEvent(this.refusal));
    const event = new Event("close");
    this.#fire(Object.assign(event, { code, reason, wasClean }));
  }

  #fire(event: Event): void {
    const handler = this[`on${event.type}` as "onopen"];
    handler?.call(this, event);
    this.dispatchEvent(event);
  }
}

function errorEvent(refusal: Response | undefined): Event {
  const message = refusal === undefined
    ? "the connection broke"
    : `the server answered ${refusal.status}`;
  return Object.assign(new Event("error"), { message });
}

function upgradeRequest(
  url: string,
  given: HeadersInit | undefined,
  protocols: string | string[] = [],
): Request {
  // RFC 6455, section 4.1.
  const headers = new Headers({
    ...Object.fromEntries(new Headers(given)),
    host: new URL(url).host,
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  });
  const offered = [protocols].flat();
  if (offered.length > 0) {
    headers.set("sec-websocket-protocol", offered.join(", "));
  }
  return new Request(url.replace(/^ws/, "http"), { headers });
}
