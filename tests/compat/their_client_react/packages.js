// @ts-self-types="./packages.d.ts"
// Cloudflare's hook, as it comes from npm.
export { agentFetch } from "agents/client";
export { useAgent } from "agents/react";
