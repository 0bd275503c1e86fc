/**
 * The types of the web that this package names. They are those that the
 * project has, from the library of the DOM, from Node's, Bun's or Cloudflare's
 * types; where it has none, the members that there always are.
 */

declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/** What `new Name()` makes, if the project knows `Name`. */
type Known<Name extends string, Otherwise> = typeof globalThis extends
  { [name in Name]: { prototype: infer Type } } ? Type : Otherwise;

type First<T> = T extends abstract new (...args: infer Args) => unknown
  ? Args[0]
  : never;

export type Headers = Known<"Headers", PlainHeaders>;
export type Request = Known<"Request", PlainRequest>;
export type Response = Known<"Response", PlainResponse>;
export type URL = Known<"URL", PlainURL>;
export type AbortSignal = Known<"AbortSignal", PlainAbortSignal>;
export type WebSocket = Known<"WebSocket", PlainWebSocket>;
export type Event = Known<"Event", PlainEvent>;
export type MessageEvent = Known<"MessageEvent", PlainMessageEvent>;
export type CloseEvent = Known<"CloseEvent", PlainCloseEvent>;
export type Blob = Known<"Blob", PlainBlob>;
export type ReadableStream = Known<"ReadableStream", PlainReadableStream>;
export type BinaryType = "arraybuffer" | "blob";

export type HeadersInit = typeof globalThis extends { Headers: infer Class }
  ? NonNullable<First<Class>>
  : Record<string, string> | [string, string][];

export type RequestInit = typeof globalThis extends
  { Request: abstract new (input: string, init?: infer Init) => unknown }
  ? NonNullable<Init>
  : PlainRequestInit;

export interface EventListenerOptions {
  capture?: boolean;
}

export interface AddEventListenerOptions extends EventListenerOptions {
  once?: boolean;
  passive?: boolean;
  signal?: AbortSignal;
}

export declare const EventTarget: typeof globalThis extends
  { EventTarget: infer Class } ? Class : {
  new (): PlainEventTarget;
  prototype: PlainEventTarget;
};

export declare const fetch: typeof globalThis extends { fetch: infer Native }
  ? Native
  : (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

interface PlainHeaders {
  get(name: string): string | null;
  has(name: string): boolean;
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  delete(name: string): void;
  forEach(call: (value: string, key: string) => void): void;
}

interface PlainBody {
  readonly body: ReadableStream | null;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  // deno-lint-ignore no-explicit-any -- as on every runtime
  json(): Promise<any>;
  text(): Promise<string>;
}

interface PlainRequest extends PlainBody {
  readonly headers: Headers;
  readonly method: string;
  readonly signal: AbortSignal;
  readonly url: string;
  clone(): Request;
}

interface PlainRequestInit {
  method?: string;
  headers?: HeadersInit;
  body?: unknown;
  signal?: AbortSignal | null;
}

interface PlainResponse extends PlainBody {
  readonly headers: Headers;
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  clone(): Response;
}

interface PlainBlob {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}

interface PlainReadableStream {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
}

interface PlainURL {
  readonly href: string;
  readonly host: string;
  readonly pathname: string;
  readonly search: string;
  toString(): string;
}

interface PlainAbortSignal {
  readonly aborted: boolean;
  // deno-lint-ignore no-explicit-any -- as on every runtime
  readonly reason: any;
  addEventListener(type: "abort", listener: (event: Event) => void): void;
  removeEventListener(type: "abort", listener: (event: Event) => void): void;
  throwIfAborted(): void;
}

interface PlainEvent {
  readonly type: string;
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

interface PlainMessageEvent extends PlainEvent {
  // deno-lint-ignore no-explicit-any -- as on every runtime
  readonly data: any;
}

interface PlainCloseEvent extends PlainEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

interface PlainEventTarget {
  addEventListener(type: string, listener: unknown, options?: unknown): void;
  removeEventListener(type: string, listener: unknown, options?: unknown): void;
  dispatchEvent(event: Event): boolean;
}

interface PlainWebSocket extends PlainEventTarget {
  readonly bufferedAmount: number;
  readonly readyState: number;
  readonly protocol: string;
  readonly url: string;
  close(code?: number, reason?: string): void;
  send(data: string | ArrayBuffer): void;
}
