/**
 * What the Worker tells a Durable Object besides the request itself. It
 * travels in `cf`, which a client can't set; a header is one that it can.
 */
export interface Mark {
  /** The request stands for a call from the Worker. */
  readonly call?: MarkedCall;
  /** For `onStart`. JSON. */
  readonly props?: unknown;
}

/** A method, called by another one at this depth; without a name nothing is called, and only the start awaited. */
export interface MarkedCall {
  readonly method?: string;
  readonly depth: number;
}

const KEY = "roamMark";

interface WorkerRequest extends Request {
  readonly cf?: Readonly<Record<string, unknown>>;
}

/** What `fetch` takes beside a request, so that the object finds `mark`. */
export function marked(mark: Mark, request?: Request): { cf: unknown } {
  return { cf: { ...(request as WorkerRequest)?.cf, [KEY]: mark } };
}

/** What the Worker says, if anything. */
export function markOf(request: Request): Mark | undefined {
  return (request as WorkerRequest).cf?.[KEY] as Mark | undefined;
}

/** `request` as the client sent it. */
export function unmarked(request: Request): Request {
  const { [KEY]: _, ...cf } = (request as WorkerRequest).cf!;
  return new Request(request, { cf } as RequestInit);
}
