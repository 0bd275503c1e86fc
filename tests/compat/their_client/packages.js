// @ts-self-types="./packages.d.ts"
// Cloudflare's client, as it comes from npm.
export { AgentClient, agentFetch } from "agents/client";
export { PartySocket } from "partysocket";
