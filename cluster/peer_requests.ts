import type { ForwardedCall, ForwardedRequest } from "../src/ports/cluster.ts";
import {
  countBody,
  jsonBody,
  NodeFrame,
  type NodeFrameType,
  textBody,
} from "../src/protocol/node_frames.ts";
import { MovedError } from "../src/runtime/moved.ts";
import { refusal } from "../src/runtime/responses.ts";
import { errorOf, type ToldError } from "../src/runtime/told_error.ts";
import { IncomingBody, OutgoingBody } from "./body_window.ts";
import type { Pipe } from "./pipe.ts";

/** Statuses whose answers have no body, which `Response` insists on. */
const BODILESS = new Set([101, 103, 204, 205, 304]);
const encoder = new TextEncoder();

/** The head of an answer. */
export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: [string, string][];
  readonly hasBody: boolean;
}

interface Pending {
  /** `undefined` for frames that it does not wait for. */
  frame(type: NodeFrameType, body: Uint8Array): boolean;
  /** The pipe is gone. */
  broken(): void;
}

/** The requests and calls of this process that another one has to answer. */
export class PeerRequests {
  #pipe: Pipe;
  #nextId: () => number;
  #pending = new Map<number, Pending>();

  constructor(pipe: Pipe, nextId: () => number) {
    this.#pipe = pipe;
    this.#nextId = nextId;
  }

  /** `false` for a frame that is not about any of them. */
  frame(type: NodeFrameType, id: number, body: Uint8Array): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    if (!pending.frame(type, body)) this.#pending.delete(id);
    return true;
  }

  /** The pipe is gone: nobody knows what became of them. */
  broken(): void {
    for (const pending of this.#pending.values()) pending.broken();
    this.#pending.clear();
  }

  call(call: ForwardedCall): Promise<unknown> {
    const id = this.#nextId();
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {
        frame(type, body) {
          if (type === NodeFrame.NOT_HERE) {
            reject(new MovedError("the node that was asked does not have it"));
          } else {
            const answer = jsonBody(body) as Answer;
            if (answer.error !== undefined) reject(errorOf(answer.error));
            else resolve(answer.result);
          }
          return false;
        },
        broken() {
          reject(
            new Error(
              `Cannot call "${call.method}": the process of the instance has ended before it answered`,
            ),
          );
        },
      });
      this.#pipe.sendJson(NodeFrame.CALL, id, call);
    });
  }

  request(
    { address, request, data, props }: ForwardedRequest,
  ): Promise<Response> {
    const id = this.#nextId();
    const pipe = this.#pipe;
    const { method, url, headers, body, signal } = request;
    // Not cancelled: Bun would end the connection before the answer.
    const out = new OutgoingBody(pipe, id, (reader) => reader.releaseLock());
    let incoming: IncomingBody | undefined;
    const abort = () =>
      pipe.send(NodeFrame.END, id, encoder.encode("the client has gone"));
    const over = () => {
      out.cancel();
      signal.removeEventListener("abort", abort);
    };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {
        frame: (type, body_) => {
          switch (type) {
            case NodeFrame.NOT_HERE:
              over();
              reject(
                new MovedError("the node that was asked does not have it"),
              );
              return false;
            case NodeFrame.OPENED:
              if (body !== null) out.send(body);
              return true;
            case NodeFrame.CREDIT:
              out.credit(countBody(body_));
              return true;
            case NodeFrame.RESPONSE: {
              const head = jsonBody(body_) as ResponseHead;
              if (head.hasBody && !BODILESS.has(head.status)) {
                incoming = new IncomingBody(pipe, id, () => {
                  over();
                  this.#pending.delete(id);
                });
              } else over();
              resolve(new Response(incoming?.stream ?? null, head));
              return incoming !== undefined;
            }
            case NodeFrame.PART:
              incoming?.part(body_);
              return true;
            default:
              over();
              incoming?.end(textBody(body_));
              return false;
          }
        },
        broken() {
          over();
          incoming?.end("the process of the instance has ended");
          // Nobody knows whether it was answered.
          resolve(refusal(503, "restarting"));
        },
      });
      const head = {
        address,
        method,
        url,
        headers: [...headers],
        data,
        props,
        hasBody: body !== null,
      };
      pipe.sendJson(NodeFrame.REQUEST, id, head);
      signal.addEventListener("abort", abort);
    });
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: ToldError;
}
