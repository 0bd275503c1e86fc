import { isStream } from "../src/calls/streaming.ts";
import type { AgentAddress } from "../src/ports/agent_address.ts";
import type { ClusterHost, ForwardedCall } from "../src/ports/cluster.ts";
import {
  countBody,
  NodeFrame,
  type NodeFrameType,
  textBody,
} from "../src/protocol/node_frames.ts";
import { internalError } from "../src/runtime/responses.ts";
import { toldOf } from "../src/runtime/told_error.ts";
import { IncomingBody, OutgoingBody } from "./body_window.ts";
import type { ResponseHead } from "./peer_requests.ts";
import type { Pipe } from "./pipe.ts";

/** The head of a request. */
export interface RequestHead {
  readonly address: AgentAddress;
  readonly method: string;
  readonly url: string;
  readonly headers: [string, string][];
  readonly data?: unknown;
  readonly props?: unknown;
  readonly hasBody: boolean;
}

/** A request that is being answered. */
interface Served {
  readonly incoming: IncomingBody | undefined;
  readonly outgoing: OutgoingBody;
  readonly abort: AbortController;
}

/** Requests and calls of another process, for instances of this one. */
export class ServedRequests {
  #pipe: Pipe;
  #host: ClusterHost;
  #served = new Map<number, Served>();

  constructor(pipe: Pipe, host: ClusterHost) {
    this.#pipe = pipe;
    this.#host = host;
  }

  /** A frame about a request that is known. Others are about those that are over. */
  frame(type: NodeFrameType, id: number, body: Uint8Array): void {
    const served = this.#served.get(id);
    if (served === undefined) return;
    if (type === NodeFrame.CREDIT) served.outgoing.credit(countBody(body));
    else if (type === NodeFrame.PART) served.incoming?.part(body);
    else {
      const why = textBody(body);
      served.incoming?.end(why);
      if (why === "") return;
      // The client has gone: nobody wants the answer either.
      served.abort.abort();
      served.outgoing.cancel();
    }
  }

  /** The pipe is gone. */
  broken(): void {
    for (const { incoming, outgoing, abort } of this.#served.values()) {
      incoming?.end("the client's process has gone");
      abort.abort();
      outgoing.cancel();
    }
    this.#served.clear();
  }

  async call(id: number, call: ForwardedCall): Promise<void> {
    let answer: string;
    try {
      const result = await this.#host.call(call);
      if (isStream(result)) {
        throw new TypeError(
          `Cannot call "${call.method}": what it streams does not travel between processes`,
        );
      }
      answer = JSON.stringify({ result });
    } catch (thrown) {
      answer = JSON.stringify({ error: toldOf(thrown) });
    }
    this.#pipe.sendText(NodeFrame.RESULT, id, answer);
  }

  async request(id: number, head: RequestHead): Promise<void> {
    const pipe = this.#pipe;
    const { address, method, url, headers, data, props, hasBody } = head;
    const incoming = hasBody ? new IncomingBody(pipe, id, () => {}) : undefined;
    const outgoing = new OutgoingBody(pipe, id, (reader) => {
      reader.cancel().catch(() => {});
    });
    const abort = new AbortController();
    this.#served.set(id, { incoming, outgoing, abort });
    pipe.send(NodeFrame.OPENED, id);
    const init = {
      method,
      headers,
      signal: abort.signal,
      body: incoming?.stream,
      duplex: "half",
    };
    let response: Response;
    try {
      const request = new Request(url, init);
      response = await this.#host.request({ address, request, data, props });
    } catch (error) {
      console.error(`Cannot answer a request for ${address.agent}:`, error);
      response = internalError();
    }
    const { status, statusText, body } = response;
    const answer: ResponseHead = {
      status,
      statusText,
      headers: [...response.headers],
      hasBody: body !== null,
    };
    pipe.sendJson(NodeFrame.RESPONSE, id, answer);
    if (body !== null) await outgoing.send(body);
    // The other end sends no more of it.
    incoming?.end("The request was answered before its body was read");
    this.#served.delete(id);
  }
}
