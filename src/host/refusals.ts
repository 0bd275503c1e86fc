import { PROBE_HEADER } from "../protocol/probe.ts";
import type { HostEvent } from "../runtime/events.ts";
import { withHeaders } from "./cors.ts";
import type { RefusalLog } from "./refusal_log.ts";
import { refusal } from "../runtime/responses.ts";
import type { Manner } from "./visit.ts";

/** Why a request is refused. */
export interface RefusedReason {
  readonly status: number;
  /** For `onEvent`, which gets nothing that the client sent. */
  readonly reason: string;
  /** For the client. Default the reason. */
  readonly text?: string;
  /** For the operator. Default the reason, and the agent; nothing for what is the server's own trouble. */
  readonly line?: string;
}

/** Answers on the library's behalf, and says so to `onEvent` and in the log. */
export class Refusals {
  #emit: (make: () => HostEvent) => void;
  #log: RefusalLog;
  #cors: Headers | undefined;

  constructor(
    emit: (make: () => HostEvent) => void,
    log: RefusalLog,
    cors: Headers | undefined,
  ) {
    this.#emit = emit;
    this.#log = log;
    this.#cors = cors;
  }

  /** The answer to a request that is refused, for the class `agent` if it named one. */
  answer(
    manner: Manner,
    request: Request,
    { status, reason, text = reason, line }: RefusedReason,
    agent?: string,
  ): Response {
    this.#emit(() => (
      { type: "refused", status, reason, agent, advice: line }
    ));
    if (line !== undefined) this.#log.warn(line);
    else if (status < 500) {
      this.#log.warn(`Refused a request for ${agent}: ${reason}`);
    }
    const response = refusal(status, text);
    if (manner === "connect") return response;
    return manner === "probe"
      ? this.probed(request, response)
      : withHeaders(response, this.#cors);
  }

  /** `response` for the page that sent a probe, of whatever origin: one that is not allowed gets no answer but the library's own. */
  probed(request: Request, { status, body }: Response): Response {
    const headers = new Headers({
      "cache-control": "no-store",
      [PROBE_HEADER]: "1",
    });
    const origin = request.headers.get("origin");
    if (origin !== null) {
      headers.set("access-control-allow-origin", origin);
      headers.set("access-control-expose-headers", PROBE_HEADER);
      headers.set("access-control-allow-credentials", "true");
    }
    const text = status === 204 || status === 304 ? null : body;
    return new Response(text, { status, headers });
  }
}
