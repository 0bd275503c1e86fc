/**
 * What the Worker tells a Durable Object besides the request itself. It
 * travels in `cf`, which the platform sets; a header is the client's.
 */
export interface Mark {
  /** The request stands for a call from the Worker. */
  readonly call?: MarkedCall;
  /** For `onStart`. JSON. */
  readonly props?: unknown;
  /** What a hook of the router has found out. JSON. */
  readonly data?: unknown;
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

/** What `fetch` takes beside a request for the object `id`, so that it finds `mark`. */
export function marked(
  id: unknown,
  mark: Mark,
  request?: Request,
): { cf: unknown } {
  const { cf } = request as WorkerRequest ?? {};
  return { cf: { ...cf, [KEY]: { ...mark, id: String(id) } } };
}

/** Whether somebody has put a mark on `request`. */
export function isMarked(request: Request): boolean {
  return (request as WorkerRequest).cf?.[KEY] !== undefined;
}

/**
 * What the Worker says to the object `id`, if anything. The id proves that it
 * was the Worker: an emulator of the platform may take `cf` from a header, and
 * who sends that knows the name of an object, but not the id.
 */
export function markOf(request: Request, id: unknown): Mark | undefined {
  const mark = (request as WorkerRequest).cf?.[KEY] as
    | Mark & { readonly id?: unknown }
    | undefined;
  return mark?.id === String(id) ? mark : undefined;
}

/** `request` as the client sent it. */
export function unmarked(request: Request): Request {
  const { [KEY]: _, ...cf } = (request as WorkerRequest).cf!;
  return new Request(request, { cf } as RequestInit);
}
