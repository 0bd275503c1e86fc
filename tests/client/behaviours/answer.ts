import type { AgentClient } from "../../../client.ts";
import { once } from "../../support/clients/events.ts";

/** What an agent of the fixtures answers to a command. */
export async function answer<State>(
  client: AgentClient<State, State>,
  command: string,
  ...args: unknown[]
  // deno-lint-ignore no-explicit-any -- the behaviour knows what it asked for
): Promise<any> {
  const answered = once<MessageEvent>(
    client,
    "message",
    ({ data }) => typeof data === "string" && data.startsWith(`{"${command}":`),
  );
  client.send(JSON.stringify([command, ...args]));
  return JSON.parse((await answered).data)[command];
}
