import type { BeforeContext, BeforeHook } from "@roam/agents";
import type { Environment } from "../shared/environment.ts";
import { sessionOf } from "./session.ts";

/** Only who has signed in may connect. The agent finds out the rest: it knows the accounts. */
export const onBeforeConnect: BeforeHook = async (
  request,
  _target,
  { env }: BeforeContext<Environment>,
) => {
  const session = await sessionOf(request, env);
  if (session !== undefined) return { data: session };
  return new Response("Please sign in", { status: 401 });
};

/** Anybody may ask: that is how one signs in. */
export const onBeforeRequest: BeforeHook = async (
  request,
  _target,
  { env }: BeforeContext<Environment>,
) => ({ data: await sessionOf(request, env) ?? null });
