import type { Instance } from "../src/agent/instance.ts";
import { callMethod, nextDepth } from "../src/agent/server_call.ts";
import { isStream } from "../src/agent/streaming.ts";

/**
 * A call from the Worker travels as a request, since the stub of a plain
 * class has no methods. What marks it is `cf`, which a client can't set.
 */
const MARK = "roamCall";

interface Mark {
  readonly method: string;
  readonly depth: number;
}

interface WorkerRequest extends Request {
  readonly cf?: { readonly [MARK]?: Mark };
}

/** What the stub of a Durable Object offers. */
export interface Stub {
  fetch(request: Request | string, init?: unknown): Promise<Response>;
}

/** Whether `request` is a call from the Worker. */
export function isCall(request: Request): boolean {
  return (request as WorkerRequest).cf?.[MARK] !== undefined;
}

/** Calls `method` at the other end of `stub`. Arguments and result are JSON. */
export async function callStub(
  stub: Stub,
  method: string,
  args: readonly unknown[],
): Promise<unknown> {
  const mark: Mark = { method, depth: nextDepth(method) };
  const response = await stub.fetch("https://agent/", {
    method: "POST",
    body: JSON.stringify(args),
    cf: { [MARK]: mark },
  });
  const answer = await response.json() as Answer;
  if ("error" in answer) {
    throw Object.assign(new Error(answer.error.message), answer.error);
  }
  return answer.result;
}

/** Does what `callStub` asks for. */
export async function answerCall(
  instance: Instance,
  request: Request,
): Promise<Response> {
  const { method, depth } = (request as WorkerRequest).cf![MARK]!;
  try {
    const args = await request.json();
    const result = await callMethod(instance, method, args, depth);
    if (!isStream(result)) return Response.json({ result });
    throw new TypeError(
      `Cannot call "${method}": what it streams does not travel between Durable Objects`,
    );
  } catch (thrown) {
    const { name, message, code } = thrown instanceof Error
      ? thrown as Error & { code?: unknown }
      : new Error(String(thrown)) as Error & { code?: unknown };
    return Response.json({
      error: {
        name,
        message,
        code: typeof code === "string" ? code : undefined,
      },
    });
  }
}

type Answer =
  | { result?: unknown }
  | { error: { name: string; message: string; code?: string } };
