import type { Instance } from "../src/agent/instance.ts";
import {
  callMethod,
  nextDepth,
  startInstance,
} from "../src/agent/server_call.ts";
import { isStream } from "../src/calls/streaming.ts";
import type { AgentStub } from "../src/host/agent_namespace.ts";
import { errorOf, type ToldError, toldOf } from "../src/runtime/told_error.ts";
import { marked, type MarkedCall } from "./durable_mark.ts";

/**
 * Calls `method` of the object `id`, at the other end of `stub`; without one, waits until the
 * agent has started. A call travels as a request, since the stub of a plain
 * class has no methods. Arguments, result and `props` are JSON.
 */
export async function callStub(
  stub: AgentStub,
  id: unknown,
  method: string | undefined,
  args: readonly unknown[],
  props: unknown,
): Promise<unknown> {
  const call = { method, depth: method === undefined ? 0 : nextDepth(method) };
  const response = await stub.fetch("https://agent/", {
    method: "POST",
    body: JSON.stringify(args),
    ...marked(id, { call, props }),
  });
  const answer = await response.json() as Answer;
  if ("error" in answer) throw errorOf(answer.error);
  return answer.result;
}

/** Does what `callStub` asks for. */
export async function answerCall(
  instance: Instance,
  request: Request,
  { method, depth }: MarkedCall,
): Promise<Response> {
  try {
    if (method === undefined) {
      await startInstance(instance);
      return Response.json({});
    }
    const args = await request.json();
    const result = await callMethod(instance, method, args, depth);
    if (!isStream(result)) return Response.json({ result });
    throw new TypeError(
      `Cannot call "${method}": what it streams does not travel between Durable Objects`,
    );
  } catch (thrown) {
    return Response.json({ error: toldOf(thrown) });
  }
}

type Answer = { result?: unknown } | { error: ToldError };
