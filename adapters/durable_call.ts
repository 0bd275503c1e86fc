import type { Instance } from "../src/agent/instance.ts";
import { callMethod } from "../src/agent/server_call.ts";

/**
 * A call from the Worker travels as a request, since the stub of a plain
 * class has no methods. What marks it is `cf`, which a client can't set.
 */
const MARK = "roamCall";

interface WorkerRequest extends Request {
  readonly cf?: Readonly<Record<string, unknown>>;
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
  const response = await stub.fetch("https://agent/", {
    method: "POST",
    body: JSON.stringify(args),
    cf: { [MARK]: method },
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
  const method = String((request as WorkerRequest).cf?.[MARK]);
  try {
    const result = await callMethod(instance, method, await request.json());
    return Response.json({ result });
  } catch (thrown) {
    const { name, message } = thrown instanceof Error
      ? thrown
      : new Error(String(thrown));
    return Response.json({ error: { name, message } });
  }
}

type Answer =
  | { result?: unknown }
  | { error: { name: string; message: string } };
