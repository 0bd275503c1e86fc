// The server that Cloudflare's clients meet, on every runtime.
import {
  type AutoEntry,
  durable,
  serveAgents,
} from "../../../adapters/auto.ts";
import { CallsAgent as Calls } from "../../fixtures/calls_agents.ts";
import { StreamsAgent as Streams } from "../../fixtures/streams_agent.ts";
import { CommandAgent as Command } from "../../fixtures/command_agent.ts";
import * as small from "../../fixtures/small_agents.ts";
import { PlainStateAgent as Plain } from "../../fixtures/state_agents.ts";
import * as own from "./agents.ts";

export const CallsAgent = durable(Calls);
export const StreamsAgent = durable(Streams);
export const CommandAgent = durable(Command);
export const EchoAgent = durable(small.EchoAgent);
export const AIAssistant = durable(small.AIAssistant);
export const PlainStateAgent = durable(Plain);
export const RoomAgent = durable(own.RoomAgent);
export const SilentAgent = durable(own.SilentAgent);
export const BurstAgent = durable(own.BurstAgent);
export const DoorAgent = durable(own.DoorAgent);
export const MY_AGENT = durable(own.MY_AGENT);
export const My_Agent = durable(own.My_Agent);
export const HTTPServer = durable(own.HTTPServer);
export const TestOAuthAgent = durable(own.TestOAuthAgent);
export const agent2B = durable(own.agent2B);
export const otherAgent_ = durable(own.otherAgent_);

const classes = {
  CallsAgent,
  StreamsAgent,
  CommandAgent,
  EchoAgent,
  AIAssistant,
  PlainStateAgent,
  RoomAgent,
  SilentAgent,
  BurstAgent,
  DoorAgent,
  MY_AGENT,
  My_Agent,
  HTTPServer,
  TestOAuthAgent,
  agent2B,
  otherAgent_,
};
const agents = serveAgents(classes, {
  storage: globalThis.process?.env?.ROAM_STORE || "memory",
  cors: true,
  fallback: answerOthers,
});
/** The same classes under other prefixes. */
const prefixed: Record<string, AutoEntry> = {};
for (const prefix of ["rooms", "api/v1/agents"]) {
  prefixed[`/${prefix}/`] = serveAgents(classes, { storage: "memory", prefix });
}

export default agents;

let visits = 0;

/** The app's own routes. */
async function answerOthers(
  request: Request,
  ...native: unknown[]
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const reach = (agent: string, name: string) =>
    agents.getAgent(agent, name).fetch(request, ...native);
  for (const [prefix, entry] of Object.entries(prefixed)) {
    if (pathname.startsWith(prefix)) {
      return await entry.fetch(request, ...native) as Response;
    }
  }
  if (pathname.startsWith("/user")) return await reach("CommandAgent", "ann");
  if (pathname === "/next") return await reach("EchoAgent", `n${++visits}`);
  return new Response("not an agent's", { status: 404 });
}
