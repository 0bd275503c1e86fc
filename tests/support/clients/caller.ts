import { isProtocolFrame, type TestClient } from "./client.ts";
import type { Suite } from "../suite.ts";

/** A frame that answers a call. */
export interface Answer {
  readonly id: string;
  readonly type: "rpc";
  readonly success: boolean;
  readonly done?: boolean;
  readonly result?: unknown;
  readonly error?: string;
  readonly code?: string;
  readonly issues?: readonly { message: string; path: unknown[] }[];
}

/** The frames of one call, as they come. */
export class Call {
  readonly id: string;
  readonly frames: Answer[] = [];
  /** The same as text. */
  readonly texts: string[] = [];
  readonly done: Promise<Answer>;
  #end!: (answer: Answer) => void;
  #fail!: (error: Error) => void;
  #wake = new Set<() => void>();

  constructor(id: string) {
    this.id = id;
    this.done = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    // Whoever leaves a call alone does not ask how it ended.
    this.done.catch(() => {});
  }

  lose(code: number): void {
    this.#fail(new Error(`no answer: closed with ${code}`));
  }

  add(frame: Answer, text: string): void {
    this.frames.push(frame);
    this.texts.push(text);
    if (frame.done !== false) this.#end(frame);
    for (const wake of this.#wake) wake();
    this.#wake.clear();
  }

  /** Resolves when there are `count` frames. */
  async until(count: number): Promise<void> {
    while (this.frames.length < count) {
      await new Promise<void>((resolve) => this.#wake.add(resolve));
    }
  }

  /** The streamed pieces so far. */
  get pieces(): unknown[] {
    return this.frames.filter(({ done }) => done === false)
      .map(({ result }) => result);
  }
}

/** Calls methods over a socket of its own, with frames written by hand, as a client does that announced the extensions. */
export class Caller {
  readonly client: TestClient;
  /** What is no answer to a call and no frame of the library, in order with the answers' ids. */
  readonly log: string[] = [];
  #calls = new Map<string, Call>();
  #count = 0;

  constructor(client: TestClient) {
    this.client = client;
    client.socket.addEventListener("message", ({ data }) => this.#take(data));
    client.closed.then(({ code }) => {
      for (const call of this.#calls.values()) call.lose(code);
    });
  }

  static async open(server: Suite, path: string): Promise<Caller> {
    return new Caller(await server.open(`${path}?_roam=1`));
  }

  /** Starts a call. */
  start(method: string, args: unknown[] = [], id?: string): Call {
    const call = new Call(id ?? `call-${this.#count++}`);
    this.#calls.set(call.id, call);
    const frame = { args, id: call.id, method, type: "rpc" };
    this.client.send(JSON.stringify(frame));
    return call;
  }

  /** Expects answers to what the test sends itself. */
  expect(id: string): Call {
    const call = new Call(id);
    this.#calls.set(id, call);
    return call;
  }

  /** The last frame of a call. */
  call(method: string, ...args: unknown[]): Promise<Answer> {
    return this.start(method, args).done;
  }

  cancel(id: string): void {
    this.client.send(JSON.stringify({ type: "roam_cancel", id }));
  }

  close(): Promise<unknown> {
    return this.client.close();
  }

  #take(data: unknown): void {
    if (typeof data !== "string") return;
    if (!data.includes('"type":"rpc"')) {
      // Whoever announces the extensions says how far it has read.
      if (data.startsWith('{"type":"roam_mark"')) this.client.send(data);
      if (!data.startsWith("{") || !isProtocolFrame(data)) this.log.push(data);
      return;
    }
    const frame = JSON.parse(data) as Answer;
    this.log.push(frame.id);
    this.#calls.get(frame.id)?.add(frame, data);
  }
}
